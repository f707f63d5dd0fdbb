import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimes, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootTime, isAlive, type ProcessId, thisProcess } from './process.js'

// A folder is locked by announcing first and looking then: every contender makes a claim, an empty file whose name
// says which process made it, and has the lock when no other living claim is there. Of two that contend at once each
// sees the other's claim or was there first, so never do both win; both may withdraw, and try again. Names are never
// used twice, so removing a dead claim can never remove a living one.

export interface Lock {
  readonly isLost: boolean
  /** Throws when another process has taken the lock over, as it may after this one stood still for seconds. */
  check(): void
  release(): void
}

export interface LockOptions {
  /** How many milliseconds to wait for another process to end. */
  wait: number
  signal?: AbortSignal | undefined
}

/** Milliseconds between two looks at the folder by those who wait, and by the holder. */
const LOOK = 50
const TEND = 500
/** A claim whose process cannot be asked after is dead when it has not been touched for so long. */
const PATIENCE = 3000

/** Takes the lock of a folder, or throws the reason. A process that ended holds nothing, however it ended. */
export async function takeLock(folder: string, { wait, signal }: LockOptions): Promise<Lock> {
  mkdirSync(folder, { recursive: true })
  const here = thisProcess()
  const pulses = new Map<string, Pulse>()
  const deadline = performance.now() + wait
  for (;;) {
    signal?.throwIfAborted()
    const claim = claimName(here)
    writeFileSync(path.join(folder, claim), '', { flag: 'wx' })
    const rival = livingRival(folder, claim, here, pulses)
    if (rival === undefined) return new HeldLock(folder, claim)
    rmSync(path.join(folder, claim), { force: true })
    if (performance.now() >= deadline) throw new Error(heldBy(rival, here, wait))
    // Contenders that always met would withdraw for ever.
    await sleep(LOOK * (0.5 + Math.random()), undefined, { signal })
  }
}

function heldBy(rival: ProcessId, here: ProcessId, wait: number): string {
  return `${description(rival, here)} has it open, and did not end within ${wait} ms: stop it, or choose another folder`
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
  for (const name of readdirSync(folder)) {
    const rival = name === own ? undefined : parseClaim(name)
    if (rival === undefined) continue
    const alive = isAlive(rival, here)
    if (alive === 'unknown' ? hasPulse(path.join(folder, name), rival.boot === here.boot, pulses) : alive)
      return rival
    rmSync(path.join(folder, name), { force: true })
  }
  return undefined
}

interface Pulse {
  touched: number
  since: number
}

/** Holders touch their claim when others come. Only this process's own clock measures how long nothing happened. */
function hasPulse(file: string, sameBoot: boolean, pulses: Map<string, Pulse>): boolean {
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs
  if (touched === undefined || (!sameBoot && touched < bootTime())) return false
  const before = pulses.get(file)
  if (before?.touched !== touched) pulses.set(file, { touched, since: performance.now() })
  return performance.now() - (pulses.get(file)?.since ?? 0) < PATIENCE
}

class HeldLock implements Lock {
  readonly #folder: string
  readonly #claim: string
  readonly #timer: NodeJS.Timeout
  #isLost = false
  #seen = 0

  constructor(folder: string, claim: string) {
    this.#folder = folder
    this.#claim = path.join(folder, claim)
    this.#timer = setInterval(() => this.#tend(), TEND).unref()
  }

  get isLost(): boolean {
    return this.#isLost
  }

  check(): void {
    if (existsSync(this.#claim)) return
    this.#isLost = true
    throw new Error(`another process has taken "${this.#folder}" over: start this one again`)
  }

  release(): void {
    clearInterval(this.#timer)
    rmSync(this.#claim, { force: true })
  }

  /** A contender's claim changes the folder: only then is there somebody to answer. */
  #tend(): void {
    const changed = statSync(this.#folder, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (changed === this.#seen) return
    this.#seen = changed
    const now = new Date()
    utimes(this.#claim, now, now, error => {
      this.#isLost ||= error?.code === 'ENOENT'
    })
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
