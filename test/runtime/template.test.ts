import { expect, test } from 'vitest'
import { fillTemplate } from '../../src/runtime/template.js'

test.each([
  ['p/{{.e}}', { e: 'x' }, 'p/x'],
  ['{{ .a.b }}', { a: { b: 1 } }, '1'],
  ['{{.a}}{{.b}}', { a: true, b: null }, 'truenull'],
  ['{{.n}}', { n: 9007199254740993n }, '9007199254740993'],
  ['{{.o}}', { o: { x: [1] } }, '{"x":[1]}'],
  ['no fields', {}, 'no fields'],
  ['{{.a}}', { a: '{{.b}}', b: 'never filled twice' }, '{{.b}}'],
])('%s is filled', (template, row, filled) => {
  expect(fillTemplate(template, row)).toBe(filled)
})

test.each([
  ['{{.a}}', {}, 'the row has no field "a"'],
  ['{{.a.b}}', { a: 1 }, 'the row has no field "a.b"'],
  ['{{.constructor}}', {}, 'the row has no field "constructor"'],
  ['{{if .a}}', { a: 1 }, 'only fields such as "{{.a.b}}" can be used'],
  ['{{}}', {}, 'only fields'],
])('%s is refused', (template, row, reason) => {
  expect(() => fillTemplate(template, row)).toThrow(reason)
})
