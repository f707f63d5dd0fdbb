import * as dgram from 'node:dgram'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { isMainThread, Worker } from 'node:worker_threads'
import { memoryVariable, type Note, notesVariable } from '../inspect/message.js'
import type { Watched } from './watch.js'

// Required before anything else in a process that loads somebody's plugin: notes what the plugin does there that it
// should not, with where it came from. It changes nothing else.

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

/** Where a call came from: ten frames would not reach out of a package that opens the server for its user. */
function stackHere(): string {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 100
  const { stack = '' } = new Error('here')
  Error.stackTraceLimit = stackTraceLimit
  return stack
}

function noteServers(write: (note: Note) => void): void {
  const { listen } = net.Server.prototype
  net.Server.prototype.listen = function (this: net.Server, ...args: unknown[]) {
    write({ note: 'listen', where: whereOf(args[0]), stack: stackHere() })
    // Whatever was given goes on as it is.
    return Reflect.apply(listen, this, args) as net.Server
  } as typeof listen
  const { bind } = dgram.Socket.prototype
  dgram.Socket.prototype.bind = function (this: dgram.Socket, ...args: unknown[]) {
    write({ note: 'listen', where: whereOf(args[0]), stack: stackHere() })
    return Reflect.apply(bind, this, args) as dgram.Socket
  }
}

function whereOf(given: unknown): string {
  const { port, path: file } = (typeof given === 'object' && given !== null ? given : {}) as {
    port?: unknown
    path?: unknown
  }
  if (typeof file === 'string') return `socket "${file}"`
  const number = port ?? given
  return typeof number === 'string' && !/^\d+$/.test(number)
    ? `socket "${number}"`
    : `port ${typeof number === 'number' ? number : 0}`
}

function noteExit(write: (note: Note) => void): void {
  const { exit } = process
  process.exit = (code?: number | string | null): never => {
    write({ note: 'exit', stack: stackHere() })
    return exit.call(process, code)
  }
}

const { [notesVariable]: notes, [memoryVariable]: memory = '0' } = process.env
// What a plugin starts itself is none of ours.
delete process.env[notesVariable]
delete process.env[memoryVariable]
delete process.env['NODE_OPTIONS']
if (isMainThread && notes !== undefined) watchProcess(Number(notes), Number(memory))
