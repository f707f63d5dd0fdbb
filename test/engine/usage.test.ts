import { expect, test } from 'vitest'
import { usesOf } from '../../src/engine/usage.js'

const streams = new Map([
  ['clock', { statement: '', type: 'ticks', configuration: '' }],
  ['table1', { statement: '', type: 'store', configuration: '' }],
])

const rule = { id: 'r', sql: '', actions: [], options: {}, nodes: [] }

test('a rule uses the sources of its streams, its functions and the sinks of its actions', () => {
  const sql = 'SELECT f(a) FROM clock INNER JOIN table1 ON clock.a = table1.a'
  const actions = [
    { sink: 'log', properties: {} },
    { sink: 'save', properties: { path: 'f(x)' } },
  ]
  expect(usesOf({ ...rule, sql, actions }, streams)).toEqual([
    { kind: 'source', name: 'ticks', place: 'clock' },
    { kind: 'source', name: 'store', place: 'table1' },
    { kind: 'sink', name: 'log', place: '0' },
    { kind: 'sink', name: 'save', place: '1' },
    { kind: 'function', name: 'f', place: '' },
  ])
})

test('a missing stream is not a source', () => {
  expect(usesOf({ ...rule, sql: 'SELECT * FROM nowhere' }, streams)).toEqual([])
})

test('a graph rule names its plugins in its nodes', () => {
  const nodes = [
    { statement: '', type: 'source', nodeType: 'mqtt', props: { sourceType: 'stream', sourceName: 'clock' } },
    { statement: '', type: 'source', nodeType: 'gps', props: {} },
    { statement: '', type: 'operator', nodeType: 'function', props: { expr: 'f(a) as b' } },
    { statement: '', type: 'operator', nodeType: 'filter', props: { expr: "g(a) > 1 AND b = 'h(1)'" } },
    { statement: '', type: 'sink', nodeType: 'save', props: { path: 'x' } },
  ]
  expect(usesOf({ ...rule, nodes }, streams)).toEqual([
    { kind: 'source', name: 'ticks', place: 'clock' },
    { kind: 'source', name: 'gps', place: 'gps' },
    { kind: 'function', name: 'f', place: '' },
    { kind: 'function', name: 'g', place: '' },
    { kind: 'sink', name: 'save', place: '0' },
  ])
})
