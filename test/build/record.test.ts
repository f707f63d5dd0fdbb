import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { plain, projectWith, write } from '../support/folder.js'
import { kplug } from '../support/io.js'

const mistyped = plain.function('F', "export const wrong: number = 'text'\n")

test.each([
  ['run', ['run', 'function', 'f']],
  ['build --no-check', ['build', '--no-check']],
])(
  'plugins that "%s" built without a type-check are checked before they are packed',
  async (_name, typed) => {
    const folder = projectWith({ 'src/functions/F.ts': mistyped })
    expect(await kplug(folder, ...typed)).toMatchObject({ code: 0 })
    expect(await kplug(folder, 'pack')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('src/functions/F.ts:6:14: error: Type '),
    })
    expect(fs.existsSync(path.join(folder, 'dist'))).toBe(false)
  },
)

test('files that only the type-check reads count as inputs', async () => {
  const folder = projectWith({
    'src/functions/F.ts': plain.function('F', 'export const line: string = LINE\n'),
    'src/globals.d.ts': 'declare const LINE: string',
  })
  expect(await kplug(folder, 'build')).toMatchObject({ code: 0 })
  write(folder, { 'src/globals.d.ts': 'declare const LINE: number' })
  expect(await kplug(folder, 'pack')).toMatchObject({ code: 1 })
})

test('a source that was replaced by an older file is rebuilt', async () => {
  const folder = projectWith({ 'src/functions/F.ts': plain.function('F') })
  expect(await kplug(folder, 'run', 'function', 'f')).toMatchObject({ code: 0 })
  write(folder, { 'src/functions/F.ts': plain.function('F', 'export const older = true\n') })
  fs.utimesSync(path.join(folder, 'src/functions/F.ts'), 1, 1)
  expect(await kplug(folder, 'run', 'function', 'f')).toMatchObject({ code: 0 })
  expect(fs.readFileSync(path.join(folder, 'plugins/functions/F@v0.1.0.js'), 'utf8')).toContain('older')
})

test('an unchanged plugin is not rebuilt', async () => {
  const folder = projectWith({ 'src/functions/F.ts': plain.function('F') })
  expect(await kplug(folder, 'build')).toMatchObject({ code: 0 })
  const file = path.join(folder, 'plugins/functions/F@v0.1.0.js')
  const { ino } = fs.statSync(file)
  expect(await kplug(folder, 'pack')).toMatchObject({ code: 0 })
  expect(await kplug(folder, 'run', 'function', 'f')).toMatchObject({ code: 0 })
  expect(fs.statSync(file).ino).toBe(ino)
})

test('a plugin whose built file could not be moved to its place counts as changed', async () => {
  const folder = projectWith({ 'src/functions/F.ts': plain.function('F') })
  const file = path.join(folder, 'plugins/functions/F@v0.1.0.js')
  expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
  const before = fs.readFileSync(file)
  fs.rmSync(file)
  write(file, { blocks: '' })
  write(folder, { 'src/functions/F.ts': plain.function('F', 'export const newer = true\n') })
  expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 2 })
  fs.rmSync(file, { recursive: true })
  fs.writeFileSync(file, before)
  expect(await kplug(folder, 'run', 'function', 'f')).toMatchObject({ code: 0 })
  expect(fs.readFileSync(file, 'utf8')).toContain('newer')
})

test('a build waits for the lock of its records, and removes that of a killed build', async () => {
  const folder = projectWith({ 'src/functions/F.ts': plain.function('F') })
  const { pid } = spawnSync(process.execPath, ['-e', '0'])
  write(folder, { 'plugins/.lock': String(pid) })
  expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
  expect(fs.readdirSync(path.join(folder, 'plugins'))).not.toContain('.lock')
})
