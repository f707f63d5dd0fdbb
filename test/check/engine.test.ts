import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { plain, projectWith } from '../support/folder.js'
import { kplug } from '../support/io.js'
import { validate } from '../support/validated.js'

test.each([
  [undefined, '>=2.2.0', 'is built into eKuiper 2.2 and newer'],
  ['>=2.1.1', '>=2.2.0', 'is built into eKuiper 2.2 and newer'],
])('with engine %j a name that came later is a problem', async (engine, versions, text) => {
  const folder = projectWith(
    { 'src/functions/Median.ts': plain.function('Median') },
    engine ? { engine } : {},
  )
  const { code, problems } = await validate(folder, '--no-types', '--no-load')
  expect(problems).toMatchObject([{ code: 'name-built-in', versions }, { code: 'description-missing' }])
  expect(problems[0]?.message).toContain(text)
  expect(code).toBe(1)
})

test('a name that came later is free for earlier versions, in the project and in its package', async () => {
  const folder = projectWith({ 'src/functions/Median.ts': plain.function('Median') }, { engine: '~2.1.1' })
  expect(await validate(folder, '--no-types', '--no-load')).toMatchObject({
    code: 0,
    problems: [{ code: 'description-missing' }],
  })
  expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
  expect(await kplug(folder, 'pack')).toMatchObject({ code: 0 })
  const [zip = ''] = fs.readdirSync(path.join(folder, 'dist'))
  expect(await validate(folder, path.join('dist', zip))).toMatchObject({ code: 0, problems: [] })
})

test('an invalid version range is reported', async () => {
  const folder = projectWith({}, { engine: 'latest' })
  const { problems } = await validate(folder)
  expect(problems).toMatchObject([
    {
      code: 'settings-invalid',
      message: 'The key "kplug.engine" of package.json is "latest"',
      remedy: 'Use a range of versions, such as ">=2.1"',
    },
  ])
})
