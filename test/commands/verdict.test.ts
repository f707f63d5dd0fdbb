import { expect, test } from 'vitest'
import { manifest, plain } from '../support/folder.js'
import { FakeEngine } from '../support/fake-rest.js'
import { kplug, type Outcome } from '../support/io.js'
import { documentedProblems, type Files } from '../support/problem-examples.js'
import { folderOf, validate } from '../support/validated.js'

const isProject = (files: Files): boolean => Object.keys(files).some(file => file.startsWith('src/'))

// What only a started package shows is for `push`, which starts it, to refuse.
const ofProjects = documentedProblems().filter(
  ({ code, fails }) => isProject(fails) && !code.startsWith('boot-'),
)

// These fail only after a limit: `push` would wait for it once more.
const slow = new Set(['load-hang', 'load-memory'])

const push = (folder: string, engine: FakeEngine): Promise<Outcome> =>
  kplug(folder, 'push', '--engine', engine.url, '--no-boot-check', '--watch-seconds', '0')

// Side by side, since some of them wait for plugins that hang. What a test cleans up is made before it waits.
test.concurrent.each(ofProjects.map(({ code, fails }) => [code, fails] as const))(
  'pack and push refuse the example of %s if validate finds an error in it',
  async (code, files) => {
    const folder = folderOf({ 'package.json': manifest(), ...files })
    const engine = await FakeEngine.start()
    const { problems } = await validate(folder)
    const errors = problems.filter(({ severity }) => severity === 'error').map(found => found.code)
    const packed = await kplug(folder, 'pack')
    expect(packed.code === 0, packed.stderr).toBe(errors.length === 0)
    if (slow.has(code)) return
    const pushed = await push(folder, engine)
    expect(pushed.code === 0, pushed.stderr).toBe(errors.length === 0)
  },
)

test('pack accepts what the rules of a project permit', async () => {
  const text = `import { createServer } from 'node:http'
createServer().listen(0).unref()
export class Serving { exec() {} }
`
  const files = { 'src/functions/Serving.ts': text }
  const refused = folderOf({ 'package.json': manifest(), ...files })
  expect(await kplug(refused, 'pack')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('[load-server]'),
  })
  const permitted = folderOf({ 'package.json': manifest({ rules: { 'load-server': 'warning' } }), ...files })
  expect(await kplug(permitted, 'pack')).toMatchObject({ code: 0 })
})

test.each(['off', 'warning'])('pack accepts the name of a built-in if its rule is "%s"', async rule => {
  const files = { 'src/functions/Abs.ts': 'export class Abs { exec() {} }\n' }
  const folder = folderOf({ 'package.json': manifest({ rules: { 'name-built-in': rule } }), ...files })
  expect((await validate(folder)).code).toBe(0)
  expect(await kplug(folder, 'pack')).toMatchObject({ code: 0 })
})

test.each([
  ['no name', { version: '0.1.0' }, 'package-name-invalid', 'name" of package.json is missing', 1],
  ['an unusable name', { name: '@a/_b', version: '0.1.0' }, 'package-name-invalid', 'is "@a/_b"', 2],
  ['a reserved name', { name: 'lib', version: '0.1.0' }, 'package-name-invalid', 'is "lib"', 2],
  ['no version', { name: 'things' }, 'version-invalid', 'version" of package.json is missing', 1],
  ['an unusable version', { name: 'things', version: '1/2' }, 'version-invalid', 'is "1/2"', 3],
])('validate, pack and push refuse a project with %s', async (_, named, code, seen, line) => {
  const rest = { type: 'module', kplug: {}, author: { name: 'A', version: 'B' } }
  const text = JSON.stringify({ ...named, ...rest }, undefined, 2)
  const folder = folderOf({ 'package.json': text, 'src/functions/Add.ts': plain.function('Add') })
  const { problems } = await validate(folder, '--no-types', '--no-load')
  expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([
    { code, message: expect.stringContaining(seen), file: 'package.json', line },
  ])
  const engine = await FakeEngine.start()
  for (const outcome of [await kplug(folder, 'pack'), await push(folder, engine)])
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(seen) })
})

test('validate and pack accept another name than that of the project', async () => {
  const text = JSON.stringify({ name: 'lib', version: '0.1.0', type: 'module', kplug: {} })
  const folder = folderOf({ 'package.json': text, 'src/functions/Add.ts': plain.function('Add') })
  expect(await validate(folder, '--no-types', '--name', 'other')).toMatchObject({ code: 0 })
  expect(await kplug(folder, 'pack', '--name', 'other')).toMatchObject({ code: 0 })
})
