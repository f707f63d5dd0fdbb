import { isObjectLike } from '../../data/object.js'
import * as dgram from 'node:dgram'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { isMainThread, Worker } from 'node:worker_threads'
import { memoryVariable, type Note, notesVariable } from '../message.js'
import type { Watched } from './watch.js'

// Loaded before anything else in a process that loads a plugin. Records what the plugin should not do there, with the
// stack. It changes nothing else.

const heartbeat = 50

function watchProcess(notes: number, memory: number): void {
  const write = (note: Note): void => void fs.writeSync(notes, `${JSON.stringify(note)}\n`)
  noteServers(write)
  noteExit(write)
  const beat = new SharedArrayBuffer(8)
  const times = new BigInt64Array(beat)
  const tick = (): void => void Atomics.store(times, 0, BigInt(Date.now()))
  tick()
  setInterval(tick, heartbeat).unref()
  const workerData: Watched = { notes, beat, memory }
  const worker = new Worker(path.join(__dirname, 'watch.cjs'), { workerData, execArgv: [], env: {} })
  worker.unref()
}

/**
 * The stack of a call. The default of ten frames is too short for a package that opens a server on behalf of its user.
 */
function stackHere(): string {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 100
  const { stack = '' } = new Error('here')
  Error.stackTraceLimit = stackTraceLimit
  return stack
}

function noteServers(write: (note: Note) => void): void {
  noteCalls(net.Server.prototype, 'listen', args =>
    write({ note: 'listen', where: whereOf(args[0]), stack: stackHere() }),
  )
  noteCalls(dgram.Socket.prototype, 'bind', args =>
    write({ note: 'listen', where: whereOf(args[0]), stack: stackHere() }),
  )
}

function noteExit(write: (note: Note) => void): void {
  noteCalls(process, 'exit', () => write({ note: 'exit', stack: stackHere() }))
}

/** Records each call of a method, then runs the original method. */
function noteCalls(owner: object, name: string, tell: (args: readonly unknown[]) => void): void {
  const method: unknown = Reflect.get(owner, name)
  if (typeof method !== 'function') return
  Reflect.set(owner, name, function (this: unknown, ...args: unknown[]): unknown {
    tell(args)
    return Reflect.apply(method, this, args)
  })
}

/** What a server should listen on: a port, the path of a socket, or options with one of them. */
function whereOf(given: unknown): string {
  const options: object = isObjectLike(given) ? given : { port: given }
  const file: unknown = Reflect.get(options, 'path')
  const port: unknown = Reflect.get(options, 'port')
  if (typeof file === 'string') return `socket "${file}"`
  if (typeof port === 'string' && !/^\d+$/.test(port)) return `socket "${port}"`
  return typeof port === 'number' || typeof port === 'string' ? `port ${port}` : 'any port'
}

const { [notesVariable]: notes, [memoryVariable]: memory = '0' } = process.env
// Child processes of a plugin are not watched.
delete process.env[notesVariable]
delete process.env[memoryVariable]
delete process.env['NODE_OPTIONS']
if (isMainThread && notes !== undefined) watchProcess(fs.openSync(notes, 'a'), Number(memory))
