import { expect, test } from 'vitest'
import { folderOf, kinds, parseKind } from '../../src/plugin/kind.js'

test.each([
  ['source', 'source'],
  ['sinks', 'sink'],
  ['Function', 'function'],
  ['SOURCES', 'source'],
  ['func', undefined],
  ['sourcess', undefined],
  ['', undefined],
  ['s', undefined],
])('"%s" is the kind %s', (text, kind) => {
  expect(parseKind(text)).toBe(kind)
})

test('the folder of a kind is its plural', () => {
  expect(kinds.map(folderOf)).toEqual(['sources', 'sinks', 'functions'])
})
