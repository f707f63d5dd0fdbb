import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { contentsOf, folderWith, projectWith } from '../support/folder.js'
import { FakeIo } from '../support/io.js'

const enter = '\r'
const down = '\u001b[B'

/** A terminal at which somebody waits for each question, and then types. */
class Terminal extends FakeIo {
  #seen = 0

  constructor(folder: string, ...typed: string[]) {
    super(folder, typed)
    this.stdin.isTTY = true
    this.stderr.isTTY = true
  }

  async answer(question: string, keys: string): Promise<void> {
    this.#seen = await this.stderr.until(question, this.#seen)
    this.stdin.write(keys)
  }
}

test('on a terminal, every missing value is asked for', async () => {
  const folder = folderWith()
  const io = new Terminal(folder, 'new')
  const run = io.run()
  await io.answer('Kind of plugin', down + enter)
  await io.answer('Name, in camel case', `mySink${enter}`)
  await io.answer('Start from', enter)
  await io.answer('Name of the project', `@me/things${enter}`)
  await io.answer('Version of the project', enter)
  await io.answer('Description of the project', `What I need${enter}`)
  expect(await run).toMatchObject({ code: 0 })
  expect(JSON.parse(contentsOf(folder)['package.json'] ?? '')).toMatchObject({
    name: '@me/things',
    version: '0.1.0',
    description: 'What I need',
  })
  expect(contentsOf(folder)['src/sinks/MySink.ts']).toContain('export class MySink')
})

test('values from the command line are not asked for', async () => {
  const folder = folderWith()
  const io = new Terminal(folder, 'new', 'sink', '--project-name', 'things', '--description', 'What I need')
  const run = io.run()
  await io.answer('Name, in camel case', `a${enter}`)
  await io.answer('Start from', enter)
  await io.answer('Version of the project', `2.0.0${enter}`)
  const { code, stderr } = await run
  expect(code).toBe(0)
  expect(stderr).not.toMatch(/Kind of plugin|Name of the project|Description of the project/)
  expect(JSON.parse(contentsOf(folder)['package.json'] ?? '')).toMatchObject({
    name: 'things',
    version: '2.0.0',
  })
})

test('in a project only the plugin is asked for, and nothing if kind and name are typed', async () => {
  const folder = projectWith()
  const io = new Terminal(folder, 'new', 'sink')
  const run = io.run()
  await io.answer('Name, in camel case', `a${enter}`)
  await io.answer('Start from', enter)
  expect(await run).toMatchObject({ code: 0, stdout: 'Made src/sinks/A.ts\nMade test/sinks/A.test.ts\n' })
  const { code, stderr } = await new Terminal(folder, 'new', 'sink', 'b').run()
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^\nNext:/) })
})

test('an answer is validated like an option, and asked for again', async () => {
  const folder = folderWith()
  const io = new Terminal(folder, 'new', 'sink')
  const run = io.run()
  await io.answer('Name, in camel case', `my-sink${enter}`)
  await io.answer('use camel case with letters and digits only, for example "mySink"', '')
  // The correction is filled in.
  await io.answer('Name, in camel case', enter)
  await io.answer('Start from', down + down + enter)
  await io.answer('Name of the project', `A B${enter}`)
  await io.answer('Invalid project name "A B"', '')
  await io.answer('Name of the project', `things${enter}`)
  await io.answer('Version of the project', `next${enter}`)
  await io.answer('Invalid project version "next"', '')
  await io.answer('Version of the project', `1.0.0${enter}`)
  await io.answer('Description of the project', enter)
  expect(await run).toMatchObject({ code: 0 })
  expect(fs.existsSync(path.join(folder, 'src/sinks/MySink.ts'))).toBe(true)
})

test.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s at a question ends the command, and nothing is left', async (_key, keys) => {
  const folder = folderWith()
  const io = new Terminal(folder, 'new')
  const run = io.run()
  await io.answer('Kind of plugin', enter)
  await io.answer('Name, in camel case', keys)
  const { code, stdout, stderr } = await run
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('Cancelled: nothing was changed\n')
  expect(contentsOf(folder)).toEqual({})
})

test('a terminal that closes ends the command', async () => {
  const folder = folderWith()
  const io = new Terminal(folder, 'new')
  const run = io.run()
  await io.stderr.until('Kind of plugin')
  io.stdin.end()
  expect(await run).toMatchObject({ code: 2 })
  expect(contentsOf(folder)).toEqual({})
})
