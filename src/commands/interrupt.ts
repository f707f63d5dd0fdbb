import type { Io } from '../io.js'

/**
 * Runs something with a signal that aborts on SIGINT (Ctrl-C) and SIGTERM. A second one ends the process at once,
 * whatever it is doing.
 */
export async function untilInterrupted<T>(io: Io, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const release = (): void => {
    io.off('SIGINT', abort)
    io.off('SIGTERM', abort)
  }
  const abort = (): void => {
    release()
    controller.abort()
  }
  io.on('SIGINT', abort)
  io.on('SIGTERM', abort)
  try {
    return await act(controller.signal)
  } finally {
    release()
  }
}
