import { expect, test } from 'vitest'
import { nearest } from '../../src/plugin/nearest.js'

const KEYS = ['interval', 'topic', 'qos', 'clientId', 'bufferSize']

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
  expect(nearest(word, KEYS)).toBe(expected)
})
