import type { Readable } from 'node:stream'

/** The environment of a command: the process itself in the binary, plain values in a test. */
export interface Io {
  /** As in Node: the node binary, the script, then the arguments. */
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  cwd(): string
  chdir(folder: string): void
  stdin: Readable & { isTTY?: boolean }
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
  on(event: IoEvent, listener: (error?: unknown) => void): unknown
  off(event: IoEvent, listener: (error?: unknown) => void): unknown
  /** Exits at once. Only for commands that run code which may keep the process alive. */
  exit(code?: number): unknown
  /** What keeps the process alive, by Node's names. */
  getActiveResourcesInfo(): string[]
}

/** 0: done, 1: problems in the user's plugins, 2: could not run. */
export type ExitCode = 0 | 1 | 2

/** An `uncaughtException` may come from a plugin. At `beforeExit`, the event loop is empty. */
type IoEvent = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'uncaughtException' | 'beforeExit' | 'exit'
