import { expect, test } from 'vitest'
import { nearest } from '../../src/errors/nearest.js'

const keys = ['interval', 'topic', 'qos', 'clientId', 'bufferSize']

test.each([
  ['intervall', 'interval'],
  ['intreval', 'interval'],
  ['INTERVAL', 'interval'],
  ['clientID', 'clientId'],
  ['buffersize', 'bufferSize'],
  ['buferSzie', 'bufferSize'],
  ['tpoic', 'topic'],
  ['qso', 'qos'],
  ['topical', 'topic'],
  ['colour', undefined],
  ['id', undefined],
  ['', undefined],
])('"%s" was meant to be %s', (word, expected) => {
  expect(nearest(word, keys)).toBe(expected)
})

test.each([
  ['mySorce', ['mySink', 'mySource'], 'mySource'],
  ['MYSOURCE', ['mySource'], 'mySource'],
  ['sorces', ['source', 'sink', 'function'], 'source'],
  ['a', ['b'], 'b'],
  ['ab', ['xy'], undefined],
  ['wordCount', ['counter', 'other'], undefined],
  ['x', [], undefined],
  ['', ['abc'], undefined],
  ['abcdef', ['abcdxx', 'abcdex'], 'abcdex'],
])('of "%s" and %j it is %s', (word, candidates, meant) => {
  expect(nearest(word, candidates)).toBe(meant)
})
