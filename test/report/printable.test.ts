import { expect, test } from 'vitest'
import { printable, printableJson, printableLines } from '../../src/report/printable.js'

test.each([
  ['plain text, Grüße 👋', 'plain text, Grüße 👋'],
  ['a\u001b[31mred\u0007', 'a\\u001b[31mred\\u0007'],
  ['C1 \u009b31m and DEL \u007f', 'C1 \\u009b31m and DEL \\u007f'],
  ['a\u202etxt.exe', 'a\\u202etxt.exe'],
  ['two\nlines\r', 'two\\nlines\\u000d'],
  ['http://me:secret@host:1/x', 'http://***@host:1/x'],
  ['redis://:p@ss@host/x and http://b@c', 'redis://***@host/x and http://***@c'],
  ['http://host/x?token=abc&a=1&api_key=def', 'http://host/x?token=***&a=1&api_key=***'],
  ['mail me@host, and http://host/@scope/name', 'mail me@host, and http://host/@scope/name'],
])('%j is printed as %j', (text, shown) => {
  expect(printable(text)).toBe(shown)
})

test('a long text loses its middle, because its end contains the remedy', () => {
  const shown = printable(`Invalid name "${'x'.repeat(100_000)}": use letters`)
  expect(shown.length).toBeLessThan(2010)
  expect(shown).toMatch(/^Invalid name "x+ … x+": use letters$/)
})

test('a text of several lines keeps its line feeds, and JSON stays JSON', () => {
  expect(printableLines('a\n\tb\u001bc')).toBe('a\n  b\\u001bc')
  const value = { name: 'a\u009b31m', url: 'http://me:secret@host' }
  const json = printableJson(`${JSON.stringify(value, undefined, 2)}\n`)
  expect(json).not.toContain('\u009b')
  expect(JSON.parse(json)).toEqual({ name: 'a\u009b31m', url: 'http://***@host' })
})
