import { type Project, readProject } from '../project/project.js'
import type { Io } from '../io.js'

/** Runs an action that may block the event loop. No listener runs meanwhile, so a signal ends the process. */
type Blocking = <T>(act: () => Promise<T>) => Promise<T>

const requests = ['SIGINT', 'SIGTERM'] as const
const signals = [...requests, 'SIGHUP'] as const

/**
 * Runs an action with a signal that aborts on SIGINT (Ctrl-C), on SIGTERM, and on SIGHUP (the terminal was closed). A
 * second SIGINT or SIGTERM ends the process at once. A closed terminal may send SIGHUP more than once.
 */
export async function untilInterrupted<T>(
  io: Io,
  act: (signal: AbortSignal, blocking: Blocking) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const abort = (): void => {
    stopListening(requests)
    controller.abort()
  }
  const listen = (): void => {
    for (const name of signals) io.on(name, abort)
  }
  const stopListening = (names: typeof signals | typeof requests = signals): void => {
    for (const name of names) io.off(name, abort)
  }
  const blocking: Blocking = async block => {
    stopListening()
    try {
      return await block()
    } finally {
      if (!controller.signal.aborted) listen()
    }
  }
  listen()
  try {
    return await act(controller.signal, blocking)
  } finally {
    stopListening()
  }
}

/** Runs an action with the project around the current folder, until it ends or is interrupted. */
export const inProject = <T>(
  io: Io,
  act: (project: Project, signal: AbortSignal) => Promise<T>,
): Promise<T> => untilInterrupted(io, signal => act(readProject(io.cwd()), signal))
