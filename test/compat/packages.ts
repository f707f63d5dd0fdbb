/** A package of npm at work in a function: what the function does, and what it answers to `[1]`. */
export interface Compat {
  /** What is installed. */
  install: readonly string[]
  /** The statements of `exec`, after the imports; `value` is its argument. */
  imports: string
  body: string
  /** The answer, as JSON. */
  answers: RegExp
}

const compat = (
  install: string,
  imports: string,
  body: string,
  answers: RegExp = /ECONNREFUSED/,
): Compat => ({
  install: install.split(' '),
  imports,
  body,
  answers,
})

// What talks to a server reaches for one on a port where none is: the refusal comes through all of its own code.
const codeOf =
  'catch (error: any) { return String(error.code ?? error.cause?.code ?? error.errors?.[0]?.code ?? error.message) }'

export const packages: Readonly<Record<string, Compat>> = {
  sharp: compat(
    'sharp',
    "import sharp from 'sharp'",
    "const red = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).resize(4, 2).png().toBuffer()\n return (await sharp(red).metadata()).width",
    /^4$/,
  ),
  pg: compat(
    'pg',
    "import pg from 'pg'",
    `try { await new pg.Client('postgres://a@127.0.0.1:1/b').connect() } ${codeOf}`,
  ),
  'better-sqlite3': compat(
    'better-sqlite3@12',
    "import Database from 'better-sqlite3'",
    "return new Database(':memory:').prepare('select 6 * 7 as n').get().n",
    /^42$/,
  ),
  sqlite3: compat(
    'sqlite3',
    "import sqlite3 from 'sqlite3'",
    "return await new Promise(resolve => new sqlite3.Database(':memory:').get('select 6 * 7 as n', (_: any, row: any) => resolve(row.n)))",
    /^42$/,
  ),
  pino: compat(
    'pino pino-pretty',
    "import { pino } from 'pino'\nimport { tmpdir } from 'node:os'\nimport { existsSync, rmSync } from 'node:fs'",
    "const file = tmpdir() + '/compat-pino-' + process.pid + '.log'\n const alive = setInterval(() => {}, 100)\n const transport = pino.transport({ target: 'pino-pretty', options: { destination: file } })\n pino(transport).info('row')\n await new Promise(resolve => transport.on('ready', resolve))\n transport.end()\n await new Promise(resolve => transport.on('close', resolve))\n clearInterval(alive)\n const there = existsSync(file)\n rmSync(file, { force: true })\n return there",
    /^true$/,
  ),
  winston: compat(
    'winston',
    "import winston from 'winston'\nimport { Writable } from 'node:stream'",
    "let text = ''\n const stream = new Writable({ write(chunk, _, done) { text += chunk; done() } })\n winston.createLogger({ transports: [new winston.transports.Stream({ stream })] }).info('row')\n return text.trim()",
    /row/,
  ),
  ws: compat(
    'ws',
    "import WebSocket, { WebSocketServer } from 'ws'",
    "const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })\n await new Promise(resolve => server.on('listening', resolve))\n server.on('connection', one => one.send('hello'))\n const client = new WebSocket('ws://127.0.0.1:' + (server.address() as any).port)\n const text = await new Promise(resolve => client.on('message', data => resolve(String(data))))\n client.terminate()\n server.close()\n return text",
    /hello/,
  ),
  mqtt: compat(
    'mqtt',
    "import mqtt from 'mqtt'",
    "const client = mqtt.connect('mqtt://127.0.0.1:1', { reconnectPeriod: 0 })\n const code = await new Promise(resolve => client.on('error', (error: any) => resolve(error.code)))\n client.end(true)\n return code",
  ),
  ioredis: compat(
    'ioredis',
    "import { Redis } from 'ioredis'",
    `const redis = new Redis(1, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null })\n redis.on('error', () => {})\n let code\n redis.on('error', (error: any) => { code = error.code })\n try { await redis.connect() } catch {}\n return code`,
  ),
  'modbus-serial': compat(
    'modbus-serial',
    "import Modbus from 'modbus-serial'",
    `try { await new (Modbus as any)().connectTCP('127.0.0.1', { port: 1 }) } ${codeOf}`,
  ),
  jsmodbus: compat(
    'jsmodbus',
    "import * as Modbus from 'jsmodbus'\nimport { Socket } from 'node:net'",
    "const socket = new Socket()\n const client = new (Modbus as any).client.TCP(socket)\n const code = await new Promise(resolve => { socket.on('error', (error: any) => resolve(error.code)); socket.connect(1, '127.0.0.1') })\n return [typeof client.readHoldingRegisters, code].join()",
    /function,ECONNREFUSED/,
  ),
  'node-opcua-client': compat(
    'node-opcua-client',
    "import { AttributeIds, OPCUAClient } from 'node-opcua-client'",
    "const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0, initialDelay: 10 } })\n try { await client.connect('opc.tcp://127.0.0.1:1') } catch (error) { return String(error) + AttributeIds.Value } finally { await client.disconnect() }",
    /ECONNREFUSED|connection may have been rejected/i,
  ),
  kafkajs: compat(
    'kafkajs',
    "import { Kafka, logLevel } from 'kafkajs'",
    `try { await new Kafka({ brokers: ['127.0.0.1:1'], retry: { retries: 0 }, logLevel: logLevel.NOTHING }).producer().connect() } catch (error: any) { return error.message }`,
  ),
  amqplib: compat(
    'amqplib',
    "import amqp from 'amqplib'",
    `try { await amqp.connect('amqp://127.0.0.1:1') } ${codeOf}`,
  ),
  nats: compat(
    'nats',
    "import { connect } from 'nats'",
    `try { await connect({ servers: '127.0.0.1:1', maxReconnectAttempts: 0 }) } ${codeOf}`,
    /CONNECTION_REFUSED|ECONNREFUSED/,
  ),
  zeromq: compat(
    'zeromq',
    "import { Pull, Push } from 'zeromq'",
    "const push = new Push()\n const pull = new Pull()\n await push.bind('inproc://compat')\n pull.connect('inproc://compat')\n await push.send('hello')\n const [message] = await pull.receive()\n push.close()\n pull.close()\n return String(message)",
    /hello/,
  ),
  axios: compat(
    'axios',
    "import axios from 'axios'",
    `try { await axios.get('http://127.0.0.1:1') } ${codeOf}`,
  ),
  undici: compat(
    'undici@7',
    "import { request } from 'undici'",
    `try { await request('http://127.0.0.1:1') } ${codeOf}`,
  ),
  got: compat(
    'got',
    "import got from 'got'",
    `try { await got('http://127.0.0.1:1', { retry: { limit: 0 } }) } ${codeOf}`,
  ),
  mysql2: compat(
    'mysql2',
    "import mysql from 'mysql2/promise'",
    `try { await mysql.createConnection({ host: '127.0.0.1', port: 1 }) } ${codeOf}`,
  ),
  mssql: compat(
    'mssql',
    "import sql from 'mssql'",
    `try { await sql.connect({ server: '127.0.0.1', port: 1, user: 'a', password: 'b', options: { encrypt: false } }) } catch (error: any) { return error.message }`,
    /Could not connect|ECONNREFUSED/,
  ),
  mongodb: compat(
    'mongodb@6',
    "import { MongoClient } from 'mongodb'",
    `try { await new MongoClient('mongodb://127.0.0.1:1', { serverSelectionTimeoutMS: 300 }).connect() } catch (error: any) { return error.message }`,
  ),
  '@influxdata/influxdb-client': compat(
    '@influxdata/influxdb-client',
    "import { InfluxDB, Point } from '@influxdata/influxdb-client'",
    `const write = new InfluxDB({ url: 'http://127.0.0.1:1', token: 't' }).getWriteApi('o', 'b', 'ns', { maxRetries: 0 })\n write.writePoint(new Point('m').floatField('v', 1))\n try { await write.close() } ${codeOf}`,
  ),
  protobufjs: compat(
    'protobufjs',
    "import protobuf from 'protobufjs'",
    "const { root } = protobuf.parse('syntax = \"proto3\"; message M { int32 n = 1; }')\n const M = root.lookupType('M')\n return (M.decode(M.encode({ n: 42 }).finish()) as any).n",
    /^42$/,
  ),
  '@grpc/proto-loader': compat(
    '@grpc/proto-loader',
    "import { fromJSON, loadSync } from '@grpc/proto-loader'",
    "return [typeof loadSync, Object.keys(fromJSON({ nested: { M: { fields: { n: { type: 'int32', id: 1 } } } } } as any)).length].join()",
    /function,1/,
  ),
  avsc: compat(
    'avsc',
    "import avro from 'avsc'",
    "const type = avro.Type.forSchema({ type: 'record', name: 'R', fields: [{ name: 'n', type: 'int' }] } as any)\n return type.fromBuffer(type.toBuffer({ n: 42 })).n",
    /^42$/,
  ),
  ajv: compat(
    'ajv',
    "import { Ajv } from 'ajv'",
    "return new Ajv().compile({ type: 'number' })(value)",
    /^true$/,
  ),
  mathjs: compat('mathjs', "import { evaluate } from 'mathjs'", "return evaluate('6 * 7')", /^42$/),
  'ml-regression': compat(
    'ml-regression',
    "import { SLR } from 'ml-regression'",
    'return new SLR([0, 1, 2], [0, 2, 4]).predict(21)',
    /^42$/,
  ),
  'onnxruntime-node': compat(
    'onnxruntime-node',
    "import { Tensor } from 'onnxruntime-node'\nimport * as ort from 'onnxruntime-node'",
    "const one = new Tensor('float32', [1, 2], [2])\n try { await ort.InferenceSession.create(Buffer.from('no model')) } catch (error) { return [one.dims[0], String(error)].join() }",
    /protobuf|model/i,
  ),
  'onnxruntime-web': compat(
    'onnxruntime-web',
    "import * as ort from 'onnxruntime-web'",
    'try { await ort.InferenceSession.create(new Uint8Array([1, 2, 3])) } catch (error) { return String(error) }',
    /protobuf|model/i,
  ),
  '@tensorflow/tfjs': compat(
    '@tensorflow/tfjs',
    "import * as tf from '@tensorflow/tfjs'",
    'return (await tf.tensor([2, 4]).mul(tf.scalar(21)).data())[0]',
    /^42$/,
  ),
  jimp: compat(
    'jimp',
    "import { Jimp, loadFont } from 'jimp'\nimport { SANS_16_BLACK } from 'jimp/fonts'",
    "const image = new Jimp({ width: 64, height: 32, color: 0xffffffff })\n image.print({ font: await loadFont(SANS_16_BLACK), x: 0, y: 0, text: String(value) })\n return (await image.getBuffer('image/png')).length > 80",
    /^true$/,
  ),
  serialport: compat(
    'serialport',
    "import { SerialPort } from 'serialport'",
    "return await new Promise(resolve => new SerialPort({ path: '/dev/none', baudRate: 9600 }, error => resolve(error?.message)))",
    /No such file/,
  ),
  snappy: compat(
    'snappy',
    "import { compressSync, uncompressSync } from 'snappy'",
    "return String(uncompressSync(compressSync(Buffer.from('hello'))))",
    /hello/,
  ),
  'geoip-lite': compat(
    'geoip-lite',
    "import geoip from 'geoip-lite'",
    "return geoip.lookup('8.8.8.8')?.country",
    /US/,
  ),
  'sql.js': compat(
    'sql.js',
    "import initSqlJs from 'sql.js'",
    "return new (await initSqlJs()).Database().exec('select 42 as n')[0].values[0][0]",
    /^42$/,
  ),
  pdfkit: compat(
    'pdfkit',
    "import PDFDocument from 'pdfkit'",
    "const document = new PDFDocument()\n let length = 0\n document.on('data', (chunk: Buffer) => { length += chunk.length })\n document.text(String(value))\n document.end()\n await new Promise(resolve => document.on('end', resolve))\n return length > 500",
    /^true$/,
  ),
  piscina: compat(
    'piscina',
    "import { Piscina } from 'piscina'\nimport { writeFileSync, rmSync } from 'node:fs'\nimport { tmpdir } from 'node:os'",
    "const filename = tmpdir() + '/compat-piscina-' + process.pid + '.mjs'\n writeFileSync(filename, 'export default n => n * 42')\n const pool = new Piscina({ filename, maxThreads: 1 })\n const answer = await pool.run(value)\n await pool.destroy()\n rmSync(filename)\n return answer",
    /^42$/,
  ),
  typeorm: compat(
    'typeorm pg reflect-metadata',
    "import { DataSource } from 'typeorm'",
    `try { await new DataSource({ type: 'postgres', host: '127.0.0.1', port: 1 }).initialize() } ${codeOf}`,
  ),
  sequelize: compat(
    'sequelize pg',
    "import { Sequelize } from 'sequelize'",
    `try { await new Sequelize('postgres://a:b@127.0.0.1:1/c', { logging: false }).authenticate() } catch (error: any) { return error.original?.code ?? error.message }`,
  ),
  knex: compat(
    'knex pg',
    "import knex from 'knex'",
    `const db = knex({ client: 'pg', connection: 'postgres://a:b@127.0.0.1:1/c' })\n try { await db.raw('select 1') } ${codeOf} finally { await db.destroy() }`,
  ),
}
