import * as fs from 'node:fs'
import * as path from 'node:path'
import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootTime, isAlive, type ProcessId, thisProcess } from '../../process/process-id.js'
import { makeFolder } from './disk.js'

// A process locks a folder by announcing first and looking then. Each contender makes a claim, an empty file whose name
// identifies the process, and holds the lock if there is no other living claim. Of two processes that contend at once,
// each sees the other's claim or was there first, so never both win. Both may withdraw, and try again. Names are never
// used twice, so the removal of a dead claim can never remove a living one.

export interface LockOptions {
  /** How many milliseconds to wait for another process to end. */
  wait: number
  signal?: AbortSignal | undefined
}

/** Milliseconds between two looks at the folder: of those who wait, and of the holder. */
const waitInterval = 50
const holdInterval = 500
/** A claim whose process is unknown here counts as dead if nobody has touched it for so many milliseconds. */
const patience = 3000
/** Milliseconds for which a holder may rely on `check`. A process that evicts it waits much longer. */
export const lockValidity = 50
const evictionTime = 10 * lockValidity

/** Takes the lock of a folder, or throws the reason. A process that ended holds nothing, however it ended. */
export async function takeLock(folder: string, { wait, signal }: LockOptions): Promise<Lock> {
  makeFolder(folder)
  const here = thisProcess()
  const pulses = new Map<string, Pulse>()
  const deadline = performance.now() + wait
  for (;;) {
    signal?.throwIfAborted()
    const claim = claimName(here)
    fs.writeFileSync(path.join(folder, claim), '', { flag: 'wx' })
    const rival = livingRival(folder, claim, here, pulses)
    if (rival === undefined) return outlastEvicted(new Lock(folder, claim), folder, signal)
    fs.rmSync(path.join(folder, claim), { force: true })
    if (performance.now() >= deadline) throw new Error(heldBy(rival, here, wait))
    // Contenders that always meet would withdraw for ever.
    await sleep(waitInterval * (0.5 + Math.random()), undefined, { signal })
  }
}

/**
 * An evicted process may have checked its lock just before the eviction, and relies on it. The name of its claim says so
 * to every process that arrives before that time is over.
 */
async function outlastEvicted(lock: Lock, folder: string, signal?: AbortSignal): Promise<Lock> {
  const evicted = fs.readdirSync(folder).filter(name => name.startsWith('evicted-'))
  if (evicted.length === 0) return lock
  try {
    await sleep(evictionTime, undefined, { signal })
    lock.check()
    for (const name of evicted) fs.rmSync(path.join(folder, name), { force: true })
    return lock
  } catch (error) {
    lock.release()
    throw error
  }
}

function heldBy(rival: ProcessId, here: ProcessId, wait: number): string {
  return `${description(rival, here)} has it open, and did not close it within ${wait} ms: stop that process, or choose another folder`
}

function description({ pid, start, boot, pids }: ProcessId, here: ProcessId): string {
  if (boot !== here.boot) return `process ${pid} of another machine`
  if (pids !== here.pids) return `process ${pid} of another container`
  return pid === here.pid && start === here.start ? `this process (${pid})` : `process ${pid}`
}

function livingRival(
  folder: string,
  own: string,
  here: ProcessId,
  pulses: Map<string, Pulse>,
): ProcessId | undefined {
  for (const name of fs.readdirSync(folder)) {
    const rival = name === own ? undefined : parseClaim(name)
    if (rival === undefined) continue
    const claim = path.join(folder, name)
    const alive = isAlive(rival, here)
    if (alive === 'unknown') {
      if (hasPulse(claim, rival.boot === here.boot, pulses)) return rival
      evict(claim)
    } else if (alive) return rival
    else fs.rmSync(claim, { force: true })
  }
  return undefined
}

/** One step, so that no process can see the claim gone and not know of the eviction. */
function evict(claim: string): void {
  try {
    fs.renameSync(claim, path.join(path.dirname(claim), `evicted-${randomBytes(4).toString('hex')}`))
  } catch (error) {
    // Its owner released it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

interface Pulse {
  touched: number
  since: number
}

/** A holder touches its claim when others arrive. Only the clock of this process measures how long it did not. */
function hasPulse(file: string, sameBoot: boolean, pulses: Map<string, Pulse>): boolean {
  const touched = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs
  if (touched === undefined || (!sameBoot && touched < bootTime())) return false
  const before = pulses.get(file)
  if (before?.touched !== touched) pulses.set(file, { touched, since: performance.now() })
  return performance.now() - (pulses.get(file)?.since ?? 0) < patience
}

export class Lock {
  readonly #folder: string
  readonly #claim: string
  readonly #timer: NodeJS.Timeout
  #seen = 0

  constructor(folder: string, claim: string) {
    this.#folder = folder
    this.#claim = path.join(folder, claim)
    this.#timer = setInterval(() => this.#tend(), holdInterval).unref()
  }

  /**
   * Throws if another process has taken the lock over, as it may after this one stood still for seconds. If it does not
   * throw, nobody else uses the folder for the next `lockValidity` milliseconds.
   */
  check(): void {
    if (fs.existsSync(this.#claim)) return
    if (!fs.existsSync(this.#folder))
      throw new Error(`"${path.dirname(this.#folder)}" was removed: start this process again`)
    throw new Error(
      `another process has taken "${path.dirname(this.#folder)}" over: start this process again`,
    )
  }

  release(): void {
    clearInterval(this.#timer)
    fs.rmSync(this.#claim, { force: true })
  }

  /** The claim of a contender changes the folder. Only then the holder touches its own. */
  #tend(): void {
    const changed = fs.statSync(this.#folder, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (changed === this.#seen) return
    this.#seen = changed
    const now = new Date()
    fs.utimes(this.#claim, now, now, () => {})
  }
}

function claimName({ pid, start, boot, pids }: ProcessId): string {
  return ['claim', pid, start, boot, pids, randomBytes(4).toString('hex')].join('-')
}

function parseClaim(name: string): ProcessId | undefined {
  const match = /^claim-(\d+)-(\d+)-([0-9a-f]+)-(\d+)-[0-9a-f]+$/.exec(name)
  if (!match) return undefined
  const [, pid, start, boot = '', pids = ''] = match
  return { pid: Number(pid), start: Number(start), boot, pids }
}
