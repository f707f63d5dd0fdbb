import type { RunningFunction } from '../runtime/function.js'
import type { RunningSink } from '../runtime/sink.js'
import type { Current } from './replacement.js'

/** The sink for the next item. */
export const currentSink = (sink: Current<RunningSink>): Pick<RunningSink, 'collect'> => ({
  collect: data => sink.use(current => current.collect(data)),
})

/** The function for the next call. */
export const currentFunction = (
  func: Current<RunningFunction>,
): Pick<RunningFunction, 'exec' | 'validate'> => ({
  validate: args => func.use(current => current.validate(args)),
  exec: (args, key, placeOf) => func.use(current => current.exec(args, key, placeOf)),
})
