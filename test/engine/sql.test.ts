import { expect, test } from 'vitest'
import { callsIn, createdBy, optionsOf, statementsOf, streamsIn } from '../../src/engine/sql.js'

test.each<[string, string[]]>([
  ['SELECT f(a) FROM s', ['f']],
  ['SELECT f (a), g(h(b)) FROM s', ['f', 'g', 'h']],
  ['SELECT `f`(a) FROM s', ['f']],
  ['SELECT a AS f, f.b FROM s', []],
  [`SELECT "f(1)", 'g(2)' FROM s`, []],
  ['SELECT "a \\" f(1)" FROM s', []],
  ["SELECT 'it\\'s f(1)' FROM s", []],
  ['SELECT a -- f(1)\n, g(2) FROM s', ['g']],
  ['SELECT a - - f(1)\n FROM s', []],
  ['SELECT a - f(1) FROM s', ['f']],
  ['SELECT /* f(1)\n g(2) */ h(3) FROM s', ['h']],
  ['SELECT a FROM s WHERE f(a) > 1 AND a IN (1, 2)', ['f', 'IN']],
  ['SELECT größe(a) FROM s', ['größe']],
  ['SELECT a FROM s -- f(1)', []],
  ['SELECT "never closed f(1)', []],
])('the calls of %j', (sql, calls) => {
  expect([...callsIn(sql)]).toEqual(calls)
})

test.each<[string, string[]]>([
  ['SELECT * FROM demo', ['demo']],
  ['select a from `demo` where "FROM other" = a', ['demo']],
  ['SELECT * FROM a AS x INNER JOIN b ON x.i = b.i LEFT JOIN c ON x.i = c.i', ['a', 'b', 'c']],
  ['SELECT a AS demo FROM s -- FROM other', ['s']],
])('the streams of %j', (sql, streams) => {
  expect([...streamsIn(sql)]).toEqual(streams)
})

test('the options of a stream are read in any case and with any quotes', () => {
  const options = optionsOf(
    `CREATE STREAM s (a BIGINT, TYPE STRING) WITH (type = "ticks", DATASOURCE='a, TYPE="no"', CONF_KEY="k")`,
  )
  expect([...options]).toEqual([
    ['TYPE', 'ticks'],
    ['DATASOURCE', 'a, TYPE="no"'],
    ['CONF_KEY', 'k'],
  ])
})

test('semicolons separate statements, except in strings, names and comments', () => {
  expect(statementsOf(`CREATE STREAM a () WITH (X=";"); -- ; \nSELECT \`;\` FROM a;; -- end`)).toEqual([
    'CREATE STREAM a () WITH (X=";")',
    '-- ; \nSELECT `;` FROM a',
  ])
})

test.each([
  ['create stream Demo () WITH (TYPE="x")', { kind: 'stream', name: 'Demo' }],
  ['/* a */ CREATE TABLE `t 1` ()', { kind: 'table', name: 't 1' }],
  ['SELECT a FROM s', undefined],
])('what %j creates', (statement, created) => {
  expect(createdBy(statement)).toEqual(created)
})
