import type { Readable } from 'node:stream'

/** The world as a command sees it: the process itself in the binary, plain values in a test. */
export interface Io {
  /** As Node has it: the node binary, the script, then what was typed. */
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  cwd(): string
  stdin: Readable & { isTTY?: boolean }
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
  on(event: IoEvent, listener: (error?: unknown) => void): unknown
  off(event: IoEvent, listener: (error?: unknown) => void): unknown
  /** Ends the process at once: only for who runs code that may keep it alive. */
  exit(code?: number): unknown
  /** What keeps the process alive, by Node's names. */
  getActiveResourcesInfo(): string[]
}

/** 0 done, 1 problems in the user's plugins, 2 could not run. */
export type ExitCode = 0 | 1 | 2

/** `uncaughtException` may be a plugin's; at `beforeExit` nothing is left to wait for. */
type IoEvent = 'SIGINT' | 'SIGTERM' | 'uncaughtException' | 'beforeExit' | 'exit'
