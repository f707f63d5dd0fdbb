import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ExitCode } from '../../src/io.js'
import { folderWith, manifest, plain, projectWith, write } from '../support/folder.js'
import { FakeIo } from '../support/io.js'

/** A watching build under way, with what it says read on and on. */
class Watched {
  readonly #io: FakeIo
  readonly #run: Promise<{ code: ExitCode }>
  #read = 0
  #told = 0

  constructor(folder: string, ...options: string[]) {
    this.#io = new FakeIo(folder, ['build', '--watch', ...options])
    this.#run = this.#io.run()
    onTestFinished(async () => {
      await this.end()
    })
  }

  /** Waits until a text is on standard error, after what was waited for before. */
  async says(text: string): Promise<void> {
    this.#read = await this.#io.stderr.until(text, this.#read)
  }

  /** What standard output got since it was last asked for. */
  files(): string[] {
    const text = this.#io.stdout.text.slice(this.#told)
    this.#told += text.length
    return [...text.matchAll(/^(\S+) +\d+ B +\d+ ms$/gm)].map(([, file]) => file ?? '')
  }

  get stderr(): string {
    return this.#io.stderr.text
  }

  async end(): Promise<ExitCode> {
    this.#io.emit('SIGINT')
    return (await this.#run).code
  }
}

const built = (folder: string, file: string): string =>
  fs.readFileSync(path.join(folder, 'plugins', file), 'utf8')

test('a change rebuilds only the affected plugins', async () => {
  const folder = projectWith({
    'src/lib.ts': 'export const shared = 1',
    'src/sinks/A.ts': plain.sink('A', "export { shared } from '../lib.js'"),
    'src/sinks/B.ts': plain.sink('B', "export { shared } from '../lib.js'"),
    'src/sinks/C.ts': plain.sink('C'),
  })
  const watched = new Watched(folder, '--no-check')
  await watched.says('Watching for changes: press Ctrl-C to stop\n')
  expect(watched.stderr).toMatch(/^Built 3 plugins, \d+ B, in \d+ ms\n/)
  expect(watched.files()).toHaveLength(3)

  write(folder, { 'src/sinks/C.ts': plain.sink('C', 'export const changed = 1') })
  await watched.says('Built 1 plugin')
  expect(watched.files()).toEqual(['plugins/sinks/C@v0.1.0.js'])
  expect(built(folder, 'sinks/C@v0.1.0.js')).toContain('changed')

  write(folder, { 'src/lib.ts': 'export const shared = 2' })
  await watched.says('Built 2 plugins')
  expect(watched.files()).toEqual(['plugins/sinks/A@v0.1.0.js', 'plugins/sinks/B@v0.1.0.js'])

  write(folder, { 'package.json': manifest().replace('0.1.0', '0.2.0') })
  await watched.says('Built 3 plugins')
  expect(watched.files()).toContain('plugins/sinks/A@v0.2.0.js')
  expect(await watched.end()).toBe(0)
})

test('new files are built, and deleted files are reported', async () => {
  const folder = projectWith()
  const watched = new Watched(folder, '--no-check')
  await watched.says('Watching for changes')
  write(folder, { 'src/sinks/A.ts': plain.sink('A') })
  await watched.says('Built 1 plugin')
  write(folder, { 'src/sources/B/index.ts': plain.source('B') })
  await watched.says('Built 1 plugin')
  expect(watched.files()).toEqual(['plugins/sinks/A@v0.1.0.js', 'plugins/sources/B@v0.1.0.js'])
  fs.rmSync(path.join(folder, 'src/sinks/A.ts'))
  await watched.says('src/sinks/A.ts was deleted: its built files stay in plugins until you delete them\n')
  expect(built(folder, 'sinks/A@v0.1.0.js')).toContain('A = class')
})

test('a save by renaming is noticed each time', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A') })
  const watched = new Watched(folder, '--no-check')
  await watched.says('Watching for changes')
  for (const round of [1, 2, 3, 4]) {
    write(folder, { 'src/sinks/A.ts~': plain.sink('A', `export const round = ${round}`) })
    fs.renameSync(path.join(folder, 'src/sinks/A.ts~'), path.join(folder, 'src/sinks/A.ts'))
    await watched.says('Built 1 plugin')
    expect(built(folder, 'sinks/A@v0.1.0.js')).toContain(`round = ${round}`)
  }
  // As vim does with a backup: the file is away for a moment.
  fs.renameSync(path.join(folder, 'src/sinks/A.ts'), path.join(folder, 'src/sinks/A.ts~'))
  write(folder, { 'src/sinks/A.ts': plain.sink('A', 'export const round = 5') })
  await watched.says('Built 1 plugin')
  expect(built(folder, 'sinks/A@v0.1.0.js')).toContain('round = 5')
})

test('a folder that is created, deleted and created again is noticed with its files', async () => {
  const folder = projectWith({ 'later/sinks/A.ts': plain.sink('A') })
  const watched = new Watched(folder, '--no-check')
  await watched.says('Watching for changes')
  for (const round of [1, 2, 3]) {
    fs.renameSync(path.join(folder, 'later'), path.join(folder, 'src'))
    await watched.says('Built 1 plugin')
    write(folder, { 'src/sinks/A.ts': plain.sink('A', `export const round = ${round}`) })
    await watched.says('Built 1 plugin')
    expect(built(folder, 'sinks/A@v0.1.0.js')).toContain(`round = ${round}`)
    fs.renameSync(path.join(folder, 'src'), path.join(folder, 'later'))
    await watched.says('src/sinks/A.ts was deleted')
  }
})

test('a problem is reported and changes nothing; its correction builds the waiting plugins', async () => {
  const folder = projectWith({
    'src/lib.ts': 'export const shared = 1',
    'src/sinks/A.ts': plain.sink('A', "export { shared } from '../lib.js'"),
    'src/sinks/B.ts': plain.sink('B'),
  })
  const watched = new Watched(folder, '--no-check')
  await watched.says('Watching for changes')
  const before = built(folder, 'sinks/A@v0.1.0.js')
  watched.files()
  write(folder, { 'src/lib.ts': 'export const shared =' })
  await watched.says(
    'src/lib.ts:1:22: error: Unexpected end of file [bundle-error]\n\n1 error in 1 file: no file was changed\n',
  )
  expect(built(folder, 'sinks/A@v0.1.0.js')).toBe(before)
  fs.rmSync(path.join(folder, 'src/lib.ts'))
  await watched.says('error: Could not resolve "../lib.js"')
  write(folder, { 'src/lib.ts': 'export const shared = 3' })
  await watched.says('Built 1 plugin')
  expect(watched.files()).toEqual(['plugins/sinks/A@v0.1.0.js'])
  expect(built(folder, 'sinks/A@v0.1.0.js')).toContain('shared = 3')
})

test('problems at the start do not end the watch', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': 'export class Wrong {}' })
  const watched = new Watched(folder, '--no-check')
  await watched.says('Watching for changes')
  expect(watched.stderr).toContain('The symbol "A" is not exported: the file exports "Wrong"')
  write(folder, { 'src/sinks/A.ts': plain.sink('A') })
  await watched.says('Built 1 plugin')
})

test('a new file with a wrong name is reported at once', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A') })
  const watched = new Watched(folder, '--no-check')
  await watched.says('Watching for changes')
  write(folder, { 'src/sinks/my-sink.ts': plain.sink('MySink') })
  await watched.says(
    'src/sinks/my-sink.ts: error: The file "my-sink.ts" has the name "my-sink", which is not camel case',
  )
  fs.renameSync(path.join(folder, 'src/sinks/my-sink.ts'), path.join(folder, 'src/sinks/MySink.ts'))
  await watched.says('Built 1 plugin')
  expect(watched.files()).toContain('plugins/sinks/MySink@v0.1.0.js')
})

test('a package.json that is unreadable for a moment is reported', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A') })
  const watched = new Watched(folder, '--no-check')
  await watched.says('Watching for changes')
  write(folder, { 'package.json': '{' })
  await watched.says('Cannot read ')
  write(folder, { 'package.json': manifest() })
  await watched.says('Built 1 plugin')
})

test('a plugin that fails its type-check is not installed, and is built after its correction', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A') })
  const watched = new Watched(folder)
  await watched.says('Watching for changes')
  const before = built(folder, 'sinks/A@v0.1.0.js')
  write(folder, { 'src/sinks/A.ts': plain.sink('A', 'export const wrong: string = 1') })
  await watched.says('src/sinks/A.ts:4:14: error: Type ')
  await watched.says('1 error in 1 file: no file was changed\n')
  expect(built(folder, 'sinks/A@v0.1.0.js')).toBe(before)
  write(folder, { 'src/sinks/A.ts': plain.sink('A', "export const right: string = 'mended'") })
  await watched.says('Built 1 plugin')
  expect(built(folder, 'sinks/A@v0.1.0.js')).toContain('mended')
})

test('a change of a declaration that no plugin imports affects all plugins', async () => {
  const folder = projectWith({
    'src/globals.d.ts': 'declare const LINE: string',
    'src/sinks/A.ts': plain.sink('A', 'export const line: string = LINE'),
  })
  const watched = new Watched(folder)
  await watched.says('Watching for changes')
  write(folder, { 'src/globals.d.ts': 'declare const LINE: number' })
  await watched.says('src/sinks/A.ts:4:14: error: Type ')
})

test('an input file outside the project is watched, even if an editor replaces it', async () => {
  const folder = folderWith({
    'shared/v.ts': 'export const v = 1',
    'app/package.json': manifest(),
    'app/src/sinks/A.ts': plain.sink('A', "export { v } from '../../../shared/v.js'"),
  })
  const watched = new Watched(path.join(folder, 'app'), '--no-check')
  await watched.says('Watching for changes')
  for (const v of [2, 3]) {
    write(folder, { 'shared/v.ts.new': `export const v = ${v}` })
    fs.renameSync(path.join(folder, 'shared/v.ts.new'), path.join(folder, 'shared/v.ts'))
    await watched.says('Built 1 plugin')
    expect(built(path.join(folder, 'app'), 'sinks/A@v0.1.0.js')).toContain(`v = ${v}`)
  }
})

test('only the plugins that were named are watched', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A'), 'src/sinks/B.ts': plain.sink('B') })
  const watched = new Watched(folder, '--no-check', 'a')
  await watched.says('Watching for changes')
  expect(watched.files()).toEqual(['plugins/sinks/A@v0.1.0.js'])
  write(folder, {
    'src/sinks/B.ts': plain.sink('B', 'export const changed = 1'),
    'src/sinks/A.ts': plain.sink('A', 'export const changed = 1'),
  })
  await watched.says('Built 1 plugin')
  expect(watched.files()).toEqual(['plugins/sinks/A@v0.1.0.js'])
})

test('outside of a project the watch does not start', async () => {
  const io = new FakeIo('/', ['build', '--watch'])
  const { code, stderr } = await io.run()
  expect(code).toBe(2)
  expect(stderr).toContain('No kplug project in /')
})
