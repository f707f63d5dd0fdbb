import { expect, test } from 'vitest'
import { builtInSince } from '../../src/ekuiper/built-ins.js'
import type { Kind } from '../../src/plugin/kind.js'

test.each<[kind: Kind, name: string, since: string | undefined]>([
  ['source', 'mqtt', '2.0.0'],
  ['source', 'nexmark', '2.3.0'],
  ['source', 'Mqtt', undefined],
  ['sink', 'sse', '2.4.0'],
  ['function', 'floor', '2.0.0'],
  ['function', 'isNull', '2.0.0'],
  ['function', 'MEDIAN', '2.2.0'],
  ['function', 'wordCount', undefined],
])('the %s "%s" is built in since %s', (kind, name, since) => {
  expect(builtInSince(kind, name)).toBe(since)
})
