import { syncBuiltinESMExports } from 'node:module'
import type { Io } from '../io.js'
import { LineWriter } from './lines.js'
import { stillOpen } from './still-open.js'

/** After a run, connections that the plugin has closed have this many milliseconds to end. */
const grace = 1000

/** Reserves standard output for rows: the plugin's own output goes to standard error. */
export function reserveStdout({ stdout, stderr }: Io): LineWriter {
  const writer = new LineWriter(stdout)
  stdout.write = stderr.write.bind(stderr)
  return writer
}

/** Keeps a plugin from ending the process, as the host of a package does. Returns the original `exit`. */
export function guardExit(io: Io): Io['exit'] {
  const exit = io.exit.bind(io)
  io.exit = () => {
    throw new Error('exit() was called: a plugin cannot end the process that it shares with others')
  }
  // Otherwise `import { exit } from 'node:process'` would still have the original function.
  syncBuiltinESMExports()
  return exit
}

/** Exits after a run, even if the plugin left something open, and reports what that was. */
export function endProcess(
  io: Io,
  exit: Io['exit'],
  openBefore: readonly string[],
  report: (failure: unknown) => void,
): void {
  io.on('uncaughtException', error => {
    report(error)
    exit(1)
  })
  setTimeout(() => {
    const open = stillOpen(openBefore, io.getActiveResourcesInfo())
    io.stderr.write(
      `The process was ended with ${open} still open ${grace / 1000} s after the plugin was closed: release it in "close"\n`,
    )
    exit()
  }, grace).unref()
}
