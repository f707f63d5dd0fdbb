import { expect, test } from 'vitest'
import { decodeRecordedRow, encodeRecordedRow } from '../../src/data/recorded-row.js'

test.each([
  [{ time: 1 }, '{}'],
  [{ time: 1.5 }, '{"id":9007199254740993,"x": 1.0}'],
  [{ time: 1, rule: 'r', sink: 's', reason: 'no ,"row":{} today' }, '[{"row":1},{"row":2}]'],
])('a row recorded with %j is read unchanged', (facts, row) => {
  expect(decodeRecordedRow(encodeRecordedRow(facts, row))).toEqual({ facts, row })
})

test.each(['{"text":"a"}', '{"time":1,"text":"a"}', '["a"]', '', '{"row":{"time":1}}'])(
  'the line %j is a row without a time',
  line => {
    expect(decodeRecordedRow(line)).toEqual({ facts: undefined, row: line })
  },
)

test('a time that is not a number is an error', () => {
  expect(() => decodeRecordedRow('{"time":"now","row":{}}')).toThrow(
    '"time" must be a number of milliseconds, got "now"',
  )
})
