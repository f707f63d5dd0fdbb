import { expect, test } from 'vitest'
import { parseYaml } from '../../src/package/yaml.js'

test.each([
  ['a: 1\nb: [x, y]\n', { a: 1, b: ['x', 'y'] }],
  ['{"a": {"b": null}}', { a: { b: null } }],
  ['', null],
])('%j is read', async (text, value) => {
  expect(await parseYaml(text)).toEqual(value)
})

test.each([
  ['a: [\n', /^Flow sequence/],
  ['a: 1\nb: 2\na: 3\n', /^Map keys must be unique: "a" occurs twice$/],
  ['x:\n  a: 1\n  a: 2\n', /^Map keys must be unique/],
  [
    ['a: &a [x, x]', ...Array.from('bcdefghij')]
      .map((line, i, all) =>
        i === 0 ? line : `${line}: &${line} [${`*${i === 1 ? 'a' : all[i - 1]}, `.repeat(9)}]`,
      )
      .join('\n'),
    /^Excessive alias count/,
  ],
])('%j is refused in one line', async (text, message) => {
  await expect(parseYaml(text)).rejects.toThrow(message)
})

test('many keys are read like few', async () => {
  const text = Array.from({ length: 60_000 }, (_, index) => `k${index}: ${index}\n`).join('')
  expect(Object.keys((await parseYaml(text)) as object)).toHaveLength(60_000)
})
