import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { camelCase, nameAdvice, parseName } from '../../src/plugin/name.js'

const spelling = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,40}$/)

test.each([
  ['mySource', 'mySource', 'MySource'],
  ['MySource', 'mySource', 'MySource'],
  ['x', 'x', 'X'],
  ['HTTP2', 'hTTP2', 'HTTP2'],
  ['a1b2', 'a1b2', 'A1b2'],
])('"%s" is the plugin %s, exported as %s', (text, name, symbol) => {
  expect(parseName(text)).toEqual({ name, symbol })
})

test.each(['', ' ', 'my-source', 'my_source', '1abc', 'Ünï', 'a b', 'a.b', '../x', 'a\n', 'a@1', '源'])(
  '%j is not a name',
  text => {
    expect(parseName(text)).toBeUndefined()
  },
)

test.each([
  ['my-source', 'mySource'],
  ['My Source', 'mySource'],
  ['my_great-source', 'myGreatSource'],
  ['1abc', 'abc'],
  ['Ünï', 'uni'],
  ['--', ''],
  ['源', ''],
])('the nearest valid spelling of "%s" is "%s"', (text, name) => {
  expect(camelCase(text)).toBe(name)
})

test('the advice contains the nearest valid name, or an example', () => {
  expect(nameAdvice('my-source')).toBe(
    'Invalid plugin name "my-source": use camel case with letters and digits only, for example "mySource"',
  )
  expect(nameAdvice('')).toBe(
    'Invalid plugin name "": use camel case with letters and digits only, for example "mySource"',
  )
})

test('both spellings of a name mean the same plugin', () => {
  fc.assert(
    fc.property(spelling, text => {
      const parsed = parseName(text)
      expect(parsed).toBeDefined()
      expect(parseName(parsed?.name ?? '')).toEqual(parsed)
      expect(parseName(parsed?.symbol ?? '')).toEqual(parsed)
    }),
  )
})

test('the advised name is valid', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      const name = camelCase(text)
      expect(name === '' || parseName(name)?.name === name).toBe(true)
    }),
  )
})
