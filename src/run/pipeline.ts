import type { Plugin } from '../runtime/plugin.js'
import { RunningFunction } from '../runtime/function.js'
import { RunningSink } from '../runtime/sink.js'
import { functionStep, type Mapping } from './function-step.js'
import type { LocalRun } from './local-run.js'
import { type NewBuilds, withReplacement } from './replacement.js'
import { sinkStep } from './sink-step.js'

/** Takes the JSON of a row. Returns a promise if the next row has to wait. */
export type Step = (line: string) => Promise<void> | undefined

/** A function or a sink in a pipeline. */
export interface PipelineStage {
  plugin: Plugin
  /** Reports a row that the plugin refuses, with this title. Without it, the step fails. */
  title?: string
  builds: NewBuilds | undefined
  props: Record<string, unknown>
  /** For a function. */
  mapping: Mapping
}

/**
 * Starts functions and a sink, the last one first, and runs something with the step that leads a row through all of
 * them. A row that a plugin refuses ends there.
 */
export async function throughStages(
  run: LocalRun,
  stages: readonly PipelineStage[],
  last: Step,
  act: (first: Step) => Promise<void>,
): Promise<void> {
  const stage = stages.at(-1)
  if (stage === undefined) return act(last)
  const before = stages.slice(0, -1)
  const { plugin, title, builds, props, mapping } = stage
  const onwards = (step: Step): Promise<void> =>
    throughStages(run, before, title === undefined ? step : guarded(run, title, step), act)
  if (plugin.kind === 'sink') {
    const start = (current: Plugin): Promise<RunningSink> =>
      RunningSink.start({ plugin: current, place: run.place, host: run.host }, props, run.signal)
    return withReplacement(plugin, start, builds, sink => {
      const collect = sinkStep(run, plugin.name, sink)
      return onwards(line => {
        void last(line)
        return collect(line)
      })
    })
  }
  const start = (current: Plugin): RunningFunction => new RunningFunction(current, run.host)
  return withReplacement(plugin, start, builds, func => onwards(functionStep(run, func, mapping, last)))
}

/** A plugin as a line of the terminal names it. */
export const titleOf = ({ kind, name }: Pick<Plugin, 'kind' | 'name'>): string => `${kind} ${name}`

function guarded(run: LocalRun, title: string, step: Step): Step {
  const fail = (error: unknown): void => run.failed(error, title)
  return line => {
    try {
      return step(line)?.catch(fail)
    } catch (error) {
      fail(error)
      return undefined
    }
  }
}

/** Keeps the order of rows, also of a source that does not wait. A row that fails must not reject. */
export function oneByOne(step: Step): Step {
  let waiting = 0
  let tail = Promise.resolve()
  return line => {
    const work = waiting === 0 ? step(line) : tail.then(() => step(line))
    if (work === undefined) return undefined
    waiting += 1
    tail = work.then(() => {
      waiting -= 1
    })
    return tail
  }
}
