import * as path from 'node:path'
import { Engine } from '../engine/engine.js'
import { UsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'

/** The engine at an address, with the token from the environment and the certificate from the command line. */
export const engineAt = (io: Io, url: string, ca: string | undefined, signal?: AbortSignal): Engine =>
  new Engine({
    url,
    token: io.env['KPLUG_ENGINE_TOKEN'],
    ca: ca === undefined ? undefined : path.resolve(io.cwd(), ca),
    limit: limitFrom(io.env['KPLUG_ENGINE_TIMEOUT'] ?? '90'),
    signal,
    env: io.env,
  })

function limitFrom(text: string): number {
  if (/^\d{1,5}(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text) * 1000
  throw new UsageError(`Invalid KPLUG_ENGINE_TIMEOUT "${text}": use a number of seconds, such as 90`)
}
