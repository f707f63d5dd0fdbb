import { expect, test } from 'vitest'
import { decodeItem } from '../../src/data/item.js'

test.each([
  ['{"a":1}', { a: 1 }],
  [' \n[{"a":"ä"},{"id":9007199254740993}]\n', [{ a: 'ä' }, { id: 9007199254740993n }]],
  ['[]', []],
])('%j is parsed', (text, expected) => {
  expect(decodeItem(Buffer.from(text))).toEqual(expected)
})

test.each(['12', '"x"', 'null', '', 'a,b\n1,2', '{{.a}}', '[1,', '\0\x01{}'])('%j stays bytes', text => {
  expect(decodeItem(Buffer.from(text))).toEqual(Buffer.from(text))
})

test('bytes are a copy, so that their original memory can be reused', () => {
  const memory = Buffer.from('{not json')
  const item = decodeItem(memory.subarray(0, 4))
  memory.fill(0)
  expect(item).toEqual(Buffer.from('{not'))
})
