import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { catalogOf } from '../../src/project/catalog.js'

const codes = (files: readonly string[]): string[] =>
  catalogOf('source', files).problems.map(({ code, file }) => `${code} ${file}`)

test('versions are listed latest first, and a different choice of eKuiper is reported', () => {
  const { plugins, problems } = catalogOf('source', [
    'MySource@v1.0.0.js',
    'MySource@v1.10.0.js',
    'MySource@v1.9.0.js',
  ])
  expect(plugins).toEqual([
    {
      kind: 'source',
      name: 'mySource',
      symbol: 'MySource',
      versions: [
        { version: '1.10.0', file: 'sources/MySource@v1.10.0.js' },
        { version: '1.9.0', file: 'sources/MySource@v1.9.0.js' },
        { version: '1.0.0', file: 'sources/MySource@v1.0.0.js' },
      ],
    },
  ])
  expect(problems).toMatchObject([
    {
      code: 'engine-order',
      severity: 'warning',
      subject: { type: 'plugin', kind: 'source', name: 'mySource' },
      seen: 'has the version "1.9.0" in eKuiper, which orders versions as text; the latest is "1.10.0"',
      remedy: 'Remove the version "1.9.0"',
      file: 'sources/MySource@v1.10.0.js',
    },
  ])
})

test.each<[string, string[], string[]]>([
  ['one version', ['X@v1.js'], []],
  ['two versions that text orders as well', ['X@v1.js', 'X@v2.js'], []],
  [
    'a date without v below one with it',
    ['X@20200331.js', 'X@v1.0.0.js'],
    ['engine-order sources/X@20200331.js'],
  ],
  [
    'a name and a symbol',
    ['X@v2.js', 'x@v1.js'],
    ['two-spellings sources/X@v2.js', 'engine-order sources/X@v2.js'],
  ],
  ['one version twice, with and without v', ['X@1.js', 'X@v1.js'], ['two-spellings sources/X@v1.js']],
  ['one version as .js and .so', ['X@v1.js', 'X@v1.so'], ['two-spellings sources/X@v1.so']],
  ['no version beside one', ['X.js', 'X@v1.js'], []],
  ['letter case within the name', ['MySource.js', 'Mysource.js'], ['case-clash sources/MySource.js']],
  ['an empty version', ['X@.js', 'X@v.js'], ['stray-file sources/X@.js', 'stray-file sources/X@v.js']],
  ['another ending', ['X.ts', 'README.md'], ['stray-file sources/README.md', 'stray-file sources/X.ts']],
  ['a name that is not camel case', ['my-x.js'], ['stray-file sources/my-x.js']],
])('problems of %s', (_situation, files, expected) => {
  expect(codes(files)).toEqual(expected)
  expect(codes(files.toReversed())).toEqual(expected)
})

test('plugins are in the order of their names', () => {
  const { plugins } = catalogOf('sink', ['C.js', 'a.js', 'B.js'])
  expect(plugins.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
})

test('every file is a version of a plugin or a problem, for all names and in any order', () => {
  const piece = fc.constantFrom('X', 'x', 'Xy', 'xY', '@', 'v', '1', '2', '10', '.', '.js', '.so', '.ts', '-')
  const file = fc.array(piece, { minLength: 1, maxLength: 6 }).map(pieces => pieces.join(''))
  fc.assert(
    fc.property(fc.uniqueArray(file, { maxLength: 8 }), files => {
      const catalog = catalogOf('sink', files)
      const listed = catalog.plugins.flatMap(({ versions }) => versions.map(version => version.file))
      const strays = catalog.problems.flatMap(({ code, file: stray }) =>
        code === 'stray-file' ? [stray] : [],
      )
      expect(new Set([...listed, ...strays])).toEqual(new Set(files.map(name => `sinks/${name}`)))
      expect(listed.length + strays.length).toBe(files.length)
      expect(catalogOf('sink', files.toReversed())).toEqual(catalog)
    }),
  )
})
