import * as fs from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../support/binary.js'

const dist = path.join(repository, 'dist')

const read = (file: string): unknown => JSON.parse(fs.readFileSync(path.join(repository, file), 'utf8'))

const bundled = read('dist/bundled.json') as Record<string, { name: string }[]>

const packages = [...new Set(Object.values(bundled).flatMap(list => list.map(({ name }) => name)))]

/** The packages that the files of dist load when they run. */
function loaded(): string[] {
  const files = fs
    .readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.c?js$/.test(file))
  const pattern = /(?:\brequire\(|\bimport\(|\bfrom )"([@\w][\w./-]*)"/g
  const names = files.flatMap(file =>
    [...fs.readFileSync(path.join(dist, file), 'utf8').matchAll(pattern)].map(([, name = '']) =>
      name.split('/', name.startsWith('@') ? 2 : 1).join('/'),
    ),
  )
  return [...new Set(names)].filter(name => !isBuiltin(name)).sort()
}

test('each package that is bundled into kplug has its licence beside it', () => {
  expect(packages).toContain('ioredis')
  expect(packages.filter(name => !fs.existsSync(path.join(dist, 'licenses', `${name}.txt`)))).toEqual([])
})

test('packages that kplug loads are installed with it, and bundled packages are not', () => {
  const dependencies = Object.keys((read('package.json') as { dependencies: object }).dependencies)
  expect(dependencies).toEqual(expect.arrayContaining(loaded()))
  // zod and its like are bundled into the command line, and loaded by plugins or in part.
  expect(dependencies.filter(name => packages.includes(name))).toEqual([
    'chalk',
    'commander',
    'semver',
    'zod',
  ])
})

test.each(['ioredis', 'tinyglobby', 'yaml'])(
  '%s has the same exports in its bundle as in its package',
  name => {
    const require = createRequire(import.meta.url)
    const bundle = require(path.join(dist, `${name}.cjs`)) as object
    expect(Object.keys(bundle)).toEqual(Object.keys(require(name) as object))
  },
)
