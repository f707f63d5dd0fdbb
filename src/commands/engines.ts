import * as path from 'node:path'
import { Engine } from '../engine/engine.js'
import { UsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'

/** Engines by address, with the token from the environment and the certificate from the command line. */
export function enginesFrom(
  io: Io,
  urls: readonly string[],
  ca: string | undefined,
  signal?: AbortSignal,
): Engine[] {
  const token = io.env['KPLUG_ENGINE_TOKEN']
  const limit = limitFrom(io.env['KPLUG_ENGINE_TIMEOUT'] ?? '90')
  const file = ca === undefined ? undefined : path.resolve(io.cwd(), ca)
  return urls.map(url => new Engine({ url, token, ca: file, limit, signal, env: io.env }))
}

function limitFrom(text: string): number {
  if (/^\d{1,5}(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text) * 1000
  throw new UsageError(`Invalid KPLUG_ENGINE_TIMEOUT "${text}": use a number of seconds, such as 90`)
}
