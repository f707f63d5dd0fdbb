import { setTimeout } from 'node:timers/promises'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import type { Engine } from './engine.js'
import { packageStatus } from './portables.js'
import { engineVersion } from './version.js'

const longestStart = 90_000
const longestAbsence = 20_000
const betweenLooks = 200

export interface Watch {
  /** Milliseconds to watch the package after it runs. */
  watch: number
  signal: AbortSignal
  /** Accept a package that refuses the starts of some rules. */
  force?: boolean
}

// The process replied, but with a refusal.
const refusedStart = /^receive error: /

/**
 * Waits until a package runs, then watches it for some milliseconds: a plugin that fails on its first row runs until
 * then. Throws the engine's own message if the package does not run. Resolves early with false if the signal aborts.
 */
export async function untilWell(
  engine: Engine,
  name: string,
  { watch, signal, force = false }: Watch,
): Promise<boolean> {
  const giveUp = Date.now() + longestStart
  let wellSince: number | undefined
  while (!signal.aborted) {
    const { status, errMsg } = await packageStatus(engine, name)
    const isRefusal = force && refusedStart.test(errMsg)
    if ((status === 'error' || status === 'stop') && !isRefusal)
      throw new UsageError(errMsg === '' ? `its process ended (${status})` : errMsg)
    if (status === 'running' || isRefusal) wellSince ??= Date.now()
    if (wellSince !== undefined && Date.now() - wellSince >= watch) return true
    if (wellSince === undefined && Date.now() > giveUp)
      throw new UsageError(`it is still ${status} after ${longestStart / 1000} s`)
    await setTimeout(betweenLooks)
  }
  return false
}

/** Waits for a crashed engine. Its supervisor may restart it. */
export async function respondsAgain(engine: Engine): Promise<boolean> {
  const giveUp = Date.now() + longestAbsence
  for (;;) {
    try {
      await engineVersion(engine)
      return true
    } catch (error) {
      if (!isUsageError(error)) throw error
      if (Date.now() > giveUp) return false
      await setTimeout(betweenLooks)
    }
  }
}
