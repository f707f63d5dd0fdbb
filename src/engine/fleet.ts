import { sideBySide } from '../waiting/side-by-side.js'
import { isUsageError } from '../errors/usage-error.js'
import type { Engine } from './engine.js'

/** The result for one engine of many. It has no sentence if the engine was not tried. */
export interface Outcome {
  engine: Engine
  state: 'done' | 'failed' | 'untried'
  sentence: string
}

// Engines are small machines, and the machine that pushes may be one too.
const enginesAtATime = 8

/**
 * Works on the first engines, and on the others only if all of the first ones succeeded. A failure does not stop
 * engines that are already in progress. An abort skips engines that have not started.
 */
export async function rollOut(
  engines: readonly Engine[],
  canaries: number,
  act: (engine: Engine) => Promise<string>,
  { signal, tell }: { signal: AbortSignal; tell: (outcome: Outcome) => void },
): Promise<Outcome[]> {
  const attempt = async (engine: Engine): Promise<Outcome> => {
    const outcome = signal.aborted ? untried(engine) : await outcomeOf(engine, act)
    tell(outcome)
    return outcome
  }
  const first = await sideBySide(engines.slice(0, canaries), enginesAtATime, attempt)
  const others = engines.slice(canaries)
  if (first.some(({ state }) => state !== 'done')) {
    return [...first, ...others.map(untried)]
  }
  return [...first, ...(await sideBySide(others, enginesAtATime, attempt))]
}

const untried = (engine: Engine): Outcome => ({ engine, state: 'untried', sentence: '' })

async function outcomeOf(engine: Engine, act: (engine: Engine) => Promise<string>): Promise<Outcome> {
  try {
    return { engine, state: 'done', sentence: await act(engine) }
  } catch (error) {
    if (!isUsageError(error)) throw error
    return { engine, state: 'failed', sentence: error.message }
  }
}
