import { type Project, readProject } from '../project/project.js'
import type { Io } from '../io.js'

/** Runs an action that may block the event loop. No listener runs meanwhile, so a signal ends the process. */
type Blocking = <T>(act: () => Promise<T>) => Promise<T>

/**
 * Runs an action with a signal that aborts on SIGINT (Ctrl-C), on SIGTERM, and on SIGHUP (the terminal was closed). A
 * second SIGINT or SIGTERM ends the process at once. A closed terminal may send SIGHUP more than once.
 */
export async function untilInterrupted<T>(
  io: Io,
  act: (signal: AbortSignal, blocking: Blocking) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const release = (): void => {
    io.off('SIGINT', abort)
    io.off('SIGTERM', abort)
  }
  const abort = (): void => {
    release()
    controller.abort()
  }
  const listen = (): void => {
    io.on('SIGINT', abort)
    io.on('SIGTERM', abort)
    io.on('SIGHUP', abort)
  }
  const stopListening = (): void => {
    release()
    io.off('SIGHUP', abort)
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
