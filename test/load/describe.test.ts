import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { describeBuilt } from '../../src/load/describe.js'
import { folderWith } from '../support/folder.js'

const file = 'sources/Ticks@v0.1.0.js'
const record = '.kplug/built.json'
const kept = '.kplug/sources/Ticks@v0.1.0.description.json'

const recordWith = (...carried: object[]): string => JSON.stringify({ plugins: { [file]: { carried } } })

/** Has another description each time that it is loaded. */
const plugin = `
export const about = { description: String(process.hrtime.bigint()) }
export class Ticks { async *open() {} }
`

const folder = (more: Record<string, string>): string =>
  folderWith({ 'package.json': '{"type": "module"}\n', [file]: plugin, ...more })

async function described(plugins: string): Promise<unknown> {
  const { about, failure } = await describeBuilt(plugins, { file, kind: 'source', symbol: 'Ticks' })
  expect(failure).toBeUndefined()
  return about?.description
}

test('a file that kplug built is loaded once, until its content changes', async () => {
  const plugins = folder({ [record]: recordWith() })
  const first = await described(plugins)
  expect(await described(plugins)).toBe(first)
  fs.appendFileSync(path.join(plugins, file), '// edited\n')
  const second = await described(plugins)
  expect(second).not.toBe(first)
  expect(await described(plugins)).toBe(second)
})

test.each<{ what: string; more: Record<string, string> }>([
  { what: 'a file that kplug did not build', more: {} },
  { what: 'a file that loads packages beside it', more: { [record]: recordWith({ name: 'pg' }) } },
  {
    what: 'a file whose description cannot be kept',
    more: { [record]: recordWith(), [`${kept}/x`]: '' },
  },
])('$what is loaded each time', async ({ more }) => {
  const plugins = folder(more)
  const first = await described(plugins)
  expect(first).toMatch(/^\d+$/)
  expect(await described(plugins)).not.toBe(first)
})

test('an invalid description is replaced', async () => {
  const plugins = folder({ [record]: recordWith(), [kept]: '{"kplug":' })
  expect(await described(plugins)).toBe(await described(plugins))
})
