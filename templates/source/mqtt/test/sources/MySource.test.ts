import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import * as net from 'node:net'
import aedes from 'aedes'
import { runSource } from 'kplug/testing'
import { withEngine } from 'kplug/testing/engine'
import { expect, onTestFinished, test } from 'vitest'
import { config, MySource } from '../../src/sources/MySource.js'

async function started() {
  const broker = aedes.createBroker()
  const server = net.createServer(broker.handle)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    broker.close()
    server.close()
  })
  const sockets: net.Socket[] = []
  server.on('connection', socket => sockets.push(socket))
  const breakConnections = () => sockets.splice(0).forEach(socket => socket.destroy())
  const { port } = server.address() as net.AddressInfo
  return { broker, breakConnections, props: { server: `mqtt://127.0.0.1:${port}` } }
}

type Broker = ReturnType<typeof aedes.createBroker>

const publish = (broker: Broker, topic: string, payload: string) =>
  broker.publish(
    { cmd: 'publish', qos: 1, dup: false, retain: false, topic, payload: Buffer.from(payload) },
    () => {},
  )

test('mySource emits each message with its topic', async () => {
  const { broker, props } = await started()
  broker.on('subscribe', () => {
    publish(broker, 'plant/1', '{"celsius": 21}')
    publish(broker, 'plant/2', '{"celsius": 22}')
  })
  const { rows, metas } = await runSource(MySource, { config, props, dataSource: 'plant/+', limit: 2 })
  expect(rows).toEqual([{ celsius: 21 }, { celsius: 22 }])
  expect(metas).toEqual([{ topic: 'plant/1' }, { topic: 'plant/2' }])
})

test('mySource reports a message that is not a row, and continues', async () => {
  const { broker, props } = await started()
  broker.on('subscribe', () => {
    publish(broker, 'plant/1', 'no JSON')
    publish(broker, 'plant/1', '{"celsius": 21}')
  })
  const { rows, errors } = await runSource(MySource, { config, props, dataSource: 'plant/1', limit: 1 })
  expect(rows).toEqual([{ celsius: 21 }])
  expect(errors).toHaveLength(1)
})

test('mySource needs a topic', async () => {
  await expect(runSource(MySource, { config })).rejects.toThrow('The topic is missing')
})

const inRule = withEngine(async engine => {
  const { broker, breakConnections, props } = await started()
  broker.on('subscribe', () => publish(broker, 'plant/1', '{"celsius": 21}'))
  await engine.install()
  await engine.configure('mySource', 'local', props)
  const rule = await engine.rule(readFileSync('rules/mySource.sql', 'utf8'))
  expect(await rule.rows(1)).toEqual([{ celsius: 21, topic: 'plant/1' }])
  breakConnections()
  expect(await rule.rows(1)).toEqual([{ celsius: 21, topic: 'plant/1' }])
})

test('mySource emits messages in a rule, also after the connection broke', inRule, 60_000)
