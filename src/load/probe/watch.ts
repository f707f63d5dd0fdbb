import * as fs from 'node:fs'
import { type Debugger, Session } from 'node:inspector'
import { workerData } from 'node:worker_threads'
import type { Note, Watch } from '../message.js'
import { endOrphan } from './orphan.js'

/** The data of the watching thread. */
export interface Watched extends Pick<Watch, 'memory' | 'owner'> {
  /** The file descriptor for notes. */
  notes: number
  /** When the main thread last ran: one 64-bit number, in milliseconds. */
  beat: SharedArrayBuffer
  folder: string
}

// A thread beside the main thread. It notices when the main thread is blocked, and where.

const interval = 50
const patience = 1000

// probe/main.ts created it.
const { notes, beat, memory, owner, folder } = workerData as Watched
const times = new BigInt64Array(beat)
const write = (note: Note): void => void fs.writeSync(notes, `${JSON.stringify(note)}\n`)

function lookForMemory(limit: number): void {
  if (process.memoryUsage.rss() < limit) return
  write({ note: 'memory' })
  process.kill(process.pid, 'SIGKILL')
}

/** A plugin that hangs would else run for ever. */
function lookForOwner(): void {
  if (process.ppid !== owner) endOrphan(folder)
}

let asked = false

function lookForStandstill(): void {
  if (asked || Date.now() - Number(Atomics.load(times, 0)) < patience) return
  asked = true
  const session = new Session()
  const urls = new Map<string, string>()
  session.connectToMainThread()
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url))
  session.on('Debugger.paused', ({ params }) => {
    write({ note: 'stuck', frames: params.callFrames.map(frame => placeOf(frame, urls)) })
    session.post('Debugger.resume', () => session.disconnect())
  })
  session.post('Debugger.enable', () => session.post('Debugger.pause'))
}

const placeOf = ({ location }: Debugger.CallFrame, urls: ReadonlyMap<string, string>) => ({
  url: urls.get(location.scriptId) ?? '',
  line: location.lineNumber,
  column: location.columnNumber ?? 0,
})

if (owner !== undefined) setInterval(lookForOwner, interval)
if (memory !== undefined) setInterval(lookForMemory, interval, memory)
// The timer keeps running after the question: an open inspector session alone would let this thread exit.
setInterval(lookForStandstill, interval)
