import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileStem, parseFileName } from '../../src/plugin/file-name.js'
import { parseName } from '../../src/plugin/name.js'
import { shownVersion, unfitVersion } from '../../src/plugin/version.js'

test.each([
  ['MySource@v1.0.0.js', 'mySource', '1.0.0', '.js'],
  ['MySource@20200331.js', 'mySource', '20200331', '.js'],
  ['mySource@1.0.js', 'mySource', '1.0', '.js'],
  ['mySink.js', 'mySink', undefined, '.js'],
  ['Third@vnext.so', 'third', 'next', '.so'],
  ['Third@vv1.so', 'third', 'v1', '.so'],
  ['A@b@c.js', 'a', 'b@c', '.js'],
  ['A@V1.js', 'a', 'V1', '.js'],
  ['A@1.js.js', 'a', '1.js', '.js'],
  ['A@ .js', 'a', ' ', '.js'],
  ['A@1\n2.js', 'a', '1\n2', '.js'],
])('%j is %s in version %s', (file, name, version, extension) => {
  expect(parseFileName(file)).toEqual({ ...parseName(name), version, extension })
})

test.each([
  'X@.js',
  'X@v.js',
  'X@v.so',
  '@v1.js',
  '.js',
  'X',
  'X.ts',
  'X.js.map',
  'my-x.js',
  '1x.js',
  'X.JS',
  'X.y.js',
])('%s is not a plugin', file => {
  expect(parseFileName(file)).toBeUndefined()
})

test('every valid name and version survives a round trip', () => {
  const symbols = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,30}$/)
  const versions = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom('v', '1', '0', '.', '-', '@', 'j', 's', ' ', 'é', '+'),
      maxLength: 12,
    }),
  )
  fc.assert(
    fc.property(symbols, fc.option(versions, { nil: undefined }), (symbol, version) => {
      fc.pre(version === undefined || unfitVersion(version) === undefined)
      const shown = version === undefined ? undefined : shownVersion(version)
      const stem = fileStem(symbol, version)
      expect(parseFileName(`${stem}.js`)).toEqual({ ...parseName(symbol), version: shown, extension: '.js' })
      expect(stem).not.toMatch(/[/\\\u0000]/)
    }),
    { numRuns: 300 },
  )
})
