import { expect, test } from 'vitest'
import { builtAsText, totalAsText } from '../../src/report/build.js'
import { printable } from '../../src/report/printable.js'
import { counted, size, table } from '../../src/report/table.js'

test('columns are aligned, two spaces apart, without spaces at the ends', () => {
  expect(table([['a', 'bb', ''], ['ccc', '', 'd'], ['e']])).toBe('a    bb\nccc      d\ne\n')
  expect(table([])).toBe('')
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [12_351, '12.4 kB'],
  [999_949, '999.9 kB'],
  [999_999, '1.0 MB'],
  [1_000_000, '1.0 MB'],
  [3_140_000, '3.1 MB'],
])('%i bytes are %s', (bytes, text) => {
  expect(size(bytes)).toBe(text)
})

test('things are counted in words', () => {
  expect([0, 1, 2].map(count => counted(count, 'plugin'))).toEqual(['0 plugins', '1 plugin', '2 plugins'])
})

test('control characters are shown, all others stay', () => {
  expect(printable('a\u001b[1m\u0000\u009b é源 "\\')).toBe('a\\u001b[1m\\u0000\\u009b é源 "\\')
})

test('a build is reported by file, then in total', () => {
  const built = [
    { file: 'plugins/sinks/A.js', bytes: 10, time: 1.4 },
    { file: 'plugins/sinks/LongName.js', bytes: 2000, time: 12.6 },
  ]
  expect(builtAsText(built)).toBe(
    'plugins/sinks/A.js         10 B    1 ms\nplugins/sinks/LongName.js  2.0 kB  13 ms\n',
  )
  expect(totalAsText(built, ['plugins/sinks/Old.js'], 20)).toBe(
    'Removed plugins/sinks/Old.js\nBuilt 2 plugins, 2.0 kB, in 20 ms\n',
  )
})
