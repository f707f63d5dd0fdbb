import { expect, test } from 'vitest'
import { isEngineRange, isOutside, overlaps } from '../../src/plugin/engine-range.js'

test.each([
  ['2.1', true],
  ['>=2.0.8 <2.4', true],
  ['2.1 || 2.4', true],
  ['*', true],
  ['', false],
  ['latest', false],
])('%j is a range: %s', (text, is) => {
  expect(isEngineRange(text)).toBe(is)
})

test('ranges overlap if one version is in both; no range is every version', () => {
  expect(overlaps('2.1', '>=2.1.5')).toBe(true)
  expect(overlaps('2.1', '>=2.2.0')).toBe(false)
  expect(overlaps(undefined, '>=9')).toBe(true)
})

test.each([
  ['2.4.0', '2.1', true],
  ['v2.1.5', '2.1', false],
  ['2.4.0-rc.1', '>=2.1', false],
  ['0014e7fab', '2.1', false],
  ['2.4.0', undefined, false],
])('eKuiper %s lies outside %s: %s', (version, range, is) => {
  expect(isOutside(version, range)).toBe(is)
})
