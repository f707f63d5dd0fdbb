import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { parseManifest, settings } from '../src/project/project.js'
import { repository } from './support/binary.js'
import { folderWith, plain, projectWith } from './support/folder.js'
import { kplug } from './support/io.js'
import { checkJson, schemaOf } from './support/schemas.js'

test('the schema of the settings has exactly the keys that kplug knows', () => {
  const text = fs.readFileSync(path.join(repository, 'schema', 'settings.json'), 'utf8')
  const { properties }: { properties: object } = JSON.parse(text)
  expect(Object.keys(properties).toSorted()).toEqual(Object.keys(settings.shape).toSorted())
})

test.each([
  {},
  { versions: { A: '1.0.0' }, assets: ['a/*'], external: ['pg'] },
  { state: 'file:x', checkpoint: 10, logLevel: 'warn', deadline: 100, supervise: false },
  { checkpoint: 'always', engines: ['http://a:9081'], author: { name: 'a' }, rules: { 'a-b': 'off' } },
  { engine: '>=2.1.1 <2.4' },
  { engine: '' },
  { $schema: './node_modules/kplug/schema/settings.json' },
  { check: { Ticks: { datasource: 'a/b', props: { every: 10 } }, lineFile: {} } },
  { check: { Ticks: { properties: {} } } },
  { check: { Ticks: { props: [] } } },
  { deadLetters: true },
  { deadLetters: 4 },
  { deadLetters: 0 },
  { checkpoint: 0 },
  { checkpoint: 'sometimes' },
  { deadline: 1.5 },
  { supervise: 'no' },
  { engines: ['gateway'] },
  { author: { phone: '1' } },
  { rules: { 'a-b': 'fatal' } },
  { versoins: {} },
  { assets: 'a' },
])('the schema and kplug agree on %j', kplugKey => {
  expect(schemaOf('settings')(kplugKey)).toBe(parseManifest({ kplug: kplugKey }).data !== undefined)
})

test.each([
  ['new', ['function', 'reverseText', '--json']],
  ['new', ['--template', 'help', '--json']],
  ['list', ['--json']],
  ['describe', ['function', 'echo', '--json']],
  ['build', ['--no-check', '--json']],
  ['validate', ['--no-types', '--json']],
  ['pack', ['--json']],
  ['doctor', ['--json']],
])('what %s %j prints is as its schema says', async (command, typed) => {
  const folder = projectWith({ 'src/functions/Echo.ts': plain.function('Echo') })
  await kplug(folder, 'build')
  // What a fake world runs is checked against the schema.
  const { stdout } = await kplug(folder, command, ...typed)
  expect(schemaOf(command)(JSON.parse(stdout)), stdout).toBe(true)
})

test('init prints the created files', async () => {
  const folder = folderWith({ 'package.json': '{"name": "things"}\n' })
  const { stdout } = await kplug(folder, 'init', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ changed: ['package.json'] })
})

test('a build with problems prints them, and nothing built', async () => {
  const folder = projectWith({ 'src/functions/Echo.ts': 'export class Echo {\n  exec( }\n' })
  const { code, stdout } = await kplug(folder, 'build', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ built: [], problems: [{ file: 'src/functions/Echo.ts' }] })
})

test('JSON that no schema describes is noticed', () => {
  expect(() => checkJson(['list', '--json'], 0, '{"a": 1}')).toThrow('schema/list.json')
  expect(() => checkJson(['list', '--json'], 0, '{"error": {"message": "x", "code": 2}}')).toThrow()
  expect(() => checkJson(['list', '--json'], 2, '{"error": {"message": "x", "code": 2}}')).not.toThrow()
})
