import * as path from 'node:path'
import { Engine } from '../engine/engine.js'
import type { Io } from '../io.js'
import { numeric } from './arguments.js'

/** The engine at an address, with the token from the environment and the certificate from the command line. */
export const engineAt = (io: Io, url: string, ca: string | undefined, signal?: AbortSignal): Engine =>
  new Engine({
    url,
    token: io.env['KPLUG_ENGINE_TOKEN'],
    ca: ca === undefined ? undefined : path.resolve(io.cwd(), ca),
    limit: 1000 * seconds(io.env['KPLUG_ENGINE_TIMEOUT'] ?? '90'),
    signal,
    env: io.env,
  })

const seconds = numeric(
  'KPLUG_ENGINE_TIMEOUT',
  /^(?=.*[1-9])\d{1,5}(\.\d+)?$/,
  'a number of seconds, such as 90',
)
