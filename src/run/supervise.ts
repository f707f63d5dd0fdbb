import type { Io } from '../io.js'
import type { LocalRun } from './local-run.js'

/**
 * Runs a plugin so that the run always ends. An uncaught exception fails the current line, and so does a promise that
 * nothing can settle any more.
 */
export async function supervise(
  io: Io,
  run: LocalRun,
  stop: () => void,
  act: () => Promise<void>,
): Promise<void> {
  let abandon = (): void => {}
  const abandoned = new Promise<void>(resolve => {
    abandon = resolve
  })
  const uncaught = (error?: unknown): void => {
    run.failed(error, run.pending.line)
    stop()
  }
  const idle = (): void => {
    // Without another turn of the event loop, the process would exit here.
    setImmediate(() => {})
    if (run.pending.giveUp(`The call never ends: ${nothingLeft}`)) return
    if (run.signal.aborted) return abandon()
    run.failed(new Error(`The plugin never ends: ${nothingLeft}`), undefined)
    stop()
  }
  io.on('uncaughtException', uncaught)
  io.on('beforeExit', idle)
  try {
    await Promise.race([act(), abandoned])
  } finally {
    io.off('uncaughtException', uncaught)
    io.off('beforeExit', idle)
    run.pending.close()
  }
}

const nothingLeft = 'its promise is pending, and nothing is left that could settle it'
