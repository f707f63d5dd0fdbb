import * as path from 'node:path'
import { Engine } from '../engine/engine.js'
import type { Io } from '../io.js'

/** The engines of some addresses, with the token of the environment and the certificate of the command line. */
export function enginesFrom(io: Io, urls: readonly string[], ca: string | undefined): Engine[] {
  const token = io.env['KPLUG_ENGINE_TOKEN']
  const file = ca === undefined ? undefined : path.resolve(io.cwd(), ca)
  return urls.map(url => new Engine({ url, token, ca: file, env: io.env }))
}
