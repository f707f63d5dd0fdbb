import vm from 'node:vm'
import { expect, test } from 'vitest'
import { isRow } from '../../src/data/row.js'

test.each([
  [{}],
  [{ a: 1 }],
  [Object.create(null)],
  [JSON.parse('{"__proto__":1}')],
  [vm.runInNewContext('({})')],
])('%o is a row', value => {
  expect(isRow(value)).toBe(true)
})

class Reading {
  value = 1
}

test.each([
  [[]],
  [null],
  [undefined],
  ['a'],
  [1],
  [new Map()],
  [new Date()],
  [Buffer.of(1)],
  [new Reading()],
  [() => 1],
])('%o is not a row', value => {
  expect(isRow(value)).toBe(false)
})
