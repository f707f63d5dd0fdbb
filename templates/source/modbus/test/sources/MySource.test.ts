import { readFileSync } from 'node:fs'
import { runSource } from 'kplug/testing'
import { withEngine } from 'kplug/testing/engine'
import { ServerTCP } from 'modbus-serial'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { config, MySource } from '../../src/sources/MySource.js'

const port = 20_502
let server: ServerTCP

beforeAll(async () => {
  const vector = { getHoldingRegister: (address: number, unit: number) => 100 * unit + address }
  server = new ServerTCP(vector, { host: '127.0.0.1', port, unitID: 255 })
  await new Promise(resolve => server.on('initialized', resolve))
})
afterAll(() => new Promise(resolve => server.close(resolve)))

test('mySource reads registers, also of two units at once', async () => {
  const readings = [1, 2].map(unit =>
    runSource(MySource, { config, props: { port, unit, address: 7, count: 2, every: 1 }, limit: 2 }),
  )
  const [first, second] = await Promise.all(readings)
  expect(first?.rows.map(row => row['values'])).toEqual([
    [107, 108],
    [107, 108],
  ])
  expect(second?.rows[0]?.['values']).toEqual([207, 208])
})

test('mySource fails where no device is', async () => {
  await expect(runSource(MySource, { config, props: { port: 1 } })).rejects.toThrow('ECONNREFUSED')
})

const inRule = withEngine(async engine => {
  await engine.install()
  await engine.configure('mySource', 'local', { port, address: 7, count: 2, every: 10 })
  const rule = await engine.rule(readFileSync('rules/mySource.sql', 'utf8'))
  expect(await rule.rows(1)).toEqual([{ first: 107, values: [107, 108] }])
})

test('mySource reads registers in a rule', inRule, 60_000)
