import { isObjectLike } from '../../data/object.js'
import * as dgram from 'node:dgram'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { isMainThread, Worker } from 'node:worker_threads'
import { type Note, type Watch, watchVariable } from '../message.js'
import { endOrphan } from './orphan.js'
import type { Watched } from './watch.js'

// Loaded before anything else in a process that loads a plugin. Records what the plugin should not do there, with the
// stack. It changes nothing else.

const heartbeat = 50

function watchProcess({ notes: file, memory, owner }: Watch): void {
  const notes = fs.openSync(file, 'a')
  const write = (note: Note): void => void fs.writeSync(notes, `${JSON.stringify(note)}\n`)
  noteServers(write)
  noteExit(write)
  noteConnections(write)
  const beat = new SharedArrayBuffer(8)
  const times = new BigInt64Array(beat)
  const tick = (): void => void Atomics.store(times, 0, BigInt(Date.now()))
  tick()
  setInterval(tick, heartbeat).unref()
  const folder = path.dirname(file)
  if (owner !== undefined) {
    const look = (): void => {
      if (process.ppid !== owner) endOrphan(folder)
    }
    look()
    // It may end by itself, when nobody asks it any more, before the thread looks.
    process.on('exit', look)
  }
  const workerData: Watched = { notes, beat, memory, owner, folder }
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
  const tell = ([given]: readonly unknown[]): void =>
    write({ note: 'listen', where: whereOf(given), stack: stackHere() })
  noteCalls(net.Server.prototype, 'listen', tell)
  noteCalls(dgram.Socket.prototype, 'bind', tell)
}

function noteExit(write: (note: Note) => void): void {
  noteCalls(process, 'exit', () => write({ note: 'exit', stack: stackHere() }))
}

const dials = new WeakMap<object, number>()

/** Connections over the network. Nothing listens to their errors, which would no longer be unhandled then. */
function noteConnections(write: (note: Note) => void): void {
  let count = 0
  noteCalls(net.Socket.prototype, 'connect', (args, socket) => {
    const where = hostOf(args)
    if (where === undefined || !(socket instanceof net.Socket)) return
    const id = ++count
    dials.set(socket, id)
    write({ note: 'dial', id, where })
    socket.once('connect', () => {
      dials.delete(socket)
      write({ note: 'dialled', id, failure: null })
    })
  })
  noteCalls(net.Socket.prototype, 'destroy', ([error], socket) => {
    const id = dials.get(socket)
    if (id === undefined || !(error instanceof Error)) return
    dials.delete(socket)
    write({ note: 'dialled', id, failure: failureOf(error) })
  })
}

/** Where a socket connects to; undefined for the socket of a path. Node.js itself passes an array of its options. */
function hostOf([given, second]: readonly unknown[]): string | undefined {
  const first: unknown = Array.isArray(given) ? given[0] : given
  const options: object = isObjectLike(first) ? first : { port: first, host: second }
  const port: unknown = Reflect.get(options, 'port')
  const host: unknown = Reflect.get(options, 'host')
  const known = typeof port === 'number' || (typeof port === 'string' && /^\d+$/.test(port))
  return known ? `${typeof host === 'string' ? host : 'localhost'}:${port}` : undefined
}

/** An error about several addresses has no message of its own. */
function failureOf(error: Error): string {
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : []
  return error.message || (first instanceof Error ? first.message : error.name)
}

/** Records each call of a method, then runs the original method. */
function noteCalls(
  owner: object,
  name: string,
  tell: (args: readonly unknown[], self: object) => void,
): void {
  const method: unknown = Reflect.get(owner, name)
  if (typeof method !== 'function') return
  Reflect.set(owner, name, function (this: object, ...args: unknown[]): unknown {
    tell(args, this)
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

const { [watchVariable]: watch } = process.env
// Child processes of a plugin are not watched.
delete process.env[watchVariable]
delete process.env['NODE_OPTIONS']
// kplug wrote it.
if (isMainThread && watch !== undefined) watchProcess(JSON.parse(watch) as Watch)
