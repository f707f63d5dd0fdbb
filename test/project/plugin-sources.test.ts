import { expect, test } from 'vitest'
import { findPluginSources } from '../../src/project/plugin-sources.js'
import { readProject } from '../../src/project/project.js'
import { projectWith } from '../support/folder.js'
import { kplug } from '../support/io.js'

const found = (...files: string[]): string[] => {
  const folder = projectWith(Object.fromEntries(files.map(file => [file, ''])))
  return findPluginSources(readProject(folder)).sources.map(({ symbol, file }) => `${symbol} ${file}`)
}

test.each(['ts', 'mts', 'cts', 'tsx', 'js', 'mjs', 'cjs', 'jsx'])(
  'a plugin may be written in .%s',
  extension => {
    const files = [`src/functions/A.${extension}`, `src/functions/B/index.${extension}`]
    expect(found(...files)).toEqual([`A ${files[0]}`, `B ${files[1]}`])
  },
)

test.each(['A.d.ts', 'A.d.mts', 'A.test.js', 'A.spec.tsx', 'A.json', 'A/other.ts', '.A.ts'])(
  '%s is not a plugin',
  file => {
    expect(found(`src/functions/${file}`)).toEqual([])
  },
)

test.each([
  ['.mts', 'export class A { exec(args: unknown[]) { return args[0] } }'],
  ['.cts', 'export class A { exec(args: unknown[]) { return args[0] } }'],
  ['.js', 'export class A { exec(args) { return args[0] } }'],
  ['.jsx', 'const h = (...all) => all\nexport const A = { exec: () => <b /> }\nexport { h }'],
])('a plugin in %s is built', async (extension, text) => {
  const folder = projectWith({
    [`src/functions/A${extension}`]: text,
    'tsconfig.json': '{"compilerOptions": {"module": "nodenext", "target": "es2023", "strict": true}}',
  })
  const { code, stderr } = await kplug(folder, 'build')
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^Built 1 plugin/) })
})

test('a plugin in CommonJS is refused, with the required export', async () => {
  const folder = projectWith({ 'src/functions/A.cjs': 'exports.A = class { exec() {} }' })
  expect(await kplug(folder, 'build')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('The symbol "A" is not exported: the file has a default export'),
  })
})
