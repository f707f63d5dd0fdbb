import { readFileSync } from 'node:fs'
import { runSink } from 'kplug/testing'
import { withEngine } from 'kplug/testing/engine'
import { Client } from 'pg'
import { expect, test, vi } from 'vitest'
import { config, insert, PostgresTable } from '../../src/sinks/PostgresTable.js'

test('rows become one statement', () => {
  const rows = [
    { id: 1, 'the "name"': 'a' },
    { id: 2, 'the "name"': 'b' },
  ]
  expect(insert('plant', rows)).toEqual({
    text: 'INSERT INTO "plant" ("id", "the ""name""") VALUES ($1, $2), ($3, $4)',
    values: [1, 'a', 2, 'b'],
  })
})

test('postgresTable tries again, and then fails, where no database is', async () => {
  const props = { url: 'postgres://127.0.0.1:1/none', table: 'plant', retries: 2, pause: 1 }
  const sent = runSink(PostgresTable, [{ a: 1 }], { config, props })
  await expect(sent).rejects.toThrow('ECONNREFUSED')
})

const connectionString = process.env['DATABASE_URL']

const inRule = withEngine(async engine => {
  const client = new Client({ connectionString })
  await client.connect()
  await client.query('CREATE TABLE IF NOT EXISTS plant (id INT, name TEXT)')
  await engine.install()
  await engine.stream('demo', [{ id: 1, name: 'a' }])
  const { sql, actions } = JSON.parse(readFileSync('rules/postgresTable.json', 'utf8'))
  await engine.rule(sql, { actions: [{ postgresTable: { ...actions[0].postgresTable, batchSize: 2 } }] })
  const stored = async () => (await client.query('SELECT * FROM plant LIMIT 2')).rows
  const wanted = [
    { id: 1, name: 'a' },
    { id: 1, name: 'a' },
  ]
  await vi.waitFor(async () => expect(await stored()).toEqual(wanted), 20_000)
  await client.end()
})

test.skipIf(!connectionString)('postgresTable inserts the rows of a rule into DATABASE_URL', inRule, 60_000)
