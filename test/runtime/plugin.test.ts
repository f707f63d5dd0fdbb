import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { importPlugin, instantiate, schemaFrom } from '../../src/runtime/plugin.js'
import { folderWith } from '../support/folder.js'
import { pluginOf } from '../support/host.js'

class Probe {
  exec(): number {
    return 1
  }
}

function OldProbe(this: object): void {
  Object.assign(this, { exec: () => 1 })
}

test.each([
  ['a class', Probe],
  ['a function that answers an instance', () => new Probe()],
  [
    'a function declaration that answers an instance',
    function make() {
      return new Probe()
    },
  ],
  ['an async function that answers an instance', async () => new Probe()],
])('%s gives a new instance each time', async (_what, exported) => {
  const plugin = pluginOf('function', exported)
  const [first, second] = [await instantiate(plugin), await instantiate(plugin)]
  expect(first).not.toBe(second)
  expect(first.exec([], undefined as never)).toBe(1)
})

test('an exported instance is used each time', async () => {
  const probe = new Probe()
  expect(await instantiate(pluginOf('function', probe))).toBe(probe)
})

test.each([
  [
    'a class without the method',
    class {
      open() {}
    },
    'Cannot run function "probe": its instance has no method "exec"',
  ],
  ['a function that answers nothing', () => undefined, 'its instance has no method "exec"'],
  [
    'a function that uses "this" as classes of old did',
    OldProbe,
    'Cannot convert undefined or null to object',
  ],
  ['an object without the method', {}, 'Cannot run function "probe": its export has no method "exec"'],
  ['null', null, 'its export has no method "exec"'],
  ['a number', 7, 'its export has no method "exec"'],
])('%s is refused', async (_what, exported, sentence) => {
  await expect(instantiate(pluginOf('function', exported))).rejects.toThrow(sentence)
})

test.each([
  ['source', 'open'],
  ['sink', 'collect'],
  ['function', 'exec'],
] as const)('a %s needs "%s"', async (kind, method) => {
  await expect(instantiate(pluginOf(kind, {}))).rejects.toThrow(`has no method "${method}"`)
  await expect(instantiate(pluginOf(kind, { [method]: () => 1 }))).resolves.toBeDefined()
})

test('a file is loaded with its config and its description', async () => {
  const file = built(
    `export const about = { description: 'x' }
     export const config = { '~standard': { version: 1, vendor: 'us', validate: value => ({ value }) } }
     export const MySink = { collect() {} }`,
  )
  const plugin = await importPlugin(file, 'sink', 'MySink')
  expect(plugin).toMatchObject({ kind: 'sink', name: 'mySink', about: { description: 'x' } })
  expect(plugin.config).toHaveProperty('~standard')
})

test('a new revision is loaded again', async () => {
  const file = built('export const MySink = { collect() {}, now: 1 }')
  await importPlugin(file, 'sink', 'MySink')
  fs.writeFileSync(file, 'export const MySink = { collect() {}, now: 2 }')
  expect((await importPlugin(file, 'sink', 'MySink')).exported).toMatchObject({ now: 1 })
  expect((await importPlugin(file, 'sink', 'MySink', 1)).exported).toMatchObject({ now: 2 })
})

test('a file without the symbol is refused by its name', async () => {
  const file = built('export const Other = {}')
  await expect(importPlugin(file, 'sink', 'MySink')).rejects.toThrow(
    `Cannot load sink "mySink": ${file} exports no "MySink"`,
  )
})

test.each([[{}], [7], ['text'], [() => {}]])('a config that is not a schema (%j) is refused', config => {
  expect(() => schemaFrom(config, 'sink', 'MySink')).toThrow(
    'Cannot use "config" of sink "mySink": it is not a Standard Schema',
  )
})

function built(code: string): string {
  const file = path.join(folderWith({ 'package.json': '{"type": "module"}' }), 'MySink.js')
  fs.writeFileSync(file, code)
  return file
}
