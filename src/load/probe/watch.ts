import * as fs from 'node:fs'
import { type Debugger, Session } from 'node:inspector'
import { workerData } from 'node:worker_threads'
import type { Note } from '../message.js'

/** What the watching thread is given. */
export interface Watched {
  /** The file descriptor for notes. */
  notes: number
  /** When the main thread last got on: one 64-bit number, in milliseconds. */
  beat: SharedArrayBuffer
  /** The bytes that the process may have; 0 for any number. */
  memory: number
}

// A thread beside the main one: it sees when that does not get on any more, and where it is.

const interval = 50
const patience = 1000

// probe/main.ts made it.
const { notes, beat, memory } = workerData as Watched
const times = new BigInt64Array(beat)
const write = (note: Note): void => void fs.writeSync(notes, `${JSON.stringify(note)}\n`)

function lookForMemory(): void {
  if (process.memoryUsage.rss() < memory) return
  write({ note: 'memory' })
  process.kill(process.pid, 'SIGKILL')
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

if (memory > 0) setInterval(lookForMemory, interval)
// It goes on after it has asked, since an open session alone would let this thread end.
setInterval(lookForStandstill, interval)
