import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { UsageError } from '../errors/usage-error.js'
import { inspectPort, openInspector, pauseAtStartOf } from '../runtime/inspect.js'

/** The options of commands whose process a debugger can inspect. */
export interface Inspecting {
  inspect?: number
  inspectBrk?: number
}

export function defineInspecting(command: Command): void {
  command
    .option('--inspect [port]', 'listen for a debugger, on this machine only; default port: 9229', portFrom)
    .option('--inspect-brk [port]', 'wait for a debugger, and pause where the plugin starts', portFrom)
}

const portOf = ({ inspect, inspectBrk }: Inspecting): number | undefined => inspectBrk ?? inspect

/** Whether calls have no time limit, because a debugger may pause them. */
export const isInspected = (options: Inspecting): boolean => portOf(options) !== undefined

/** Opens the port before a file is loaded, so that a debugger sees the file when it is loaded. */
export async function inspectIfAsked(options: Inspecting, file: string): Promise<void> {
  const port = portOf(options)
  if (port === undefined) return
  if ((await openInspector(port)) === undefined)
    throw new UsageError(
      `Cannot inspect on port ${port}: it is in use; choose another with "--inspect=PORT", or 0 for a free one`,
    )
  if (options.inspectBrk !== undefined) await pauseAtStartOf(pathToFileURL(file).href)
}

function portFrom(text: string): number {
  const port = text === '' ? 9229 : inspectPort(text)
  if (port !== undefined) return port
  throw new UsageError(
    `Invalid debugger address "${text}": use a port of this machine, such as --inspect=9230`,
  )
}
