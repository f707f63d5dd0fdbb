import { Chalk, type ChalkInstance } from 'chalk'

interface Output {
  stream: { isTTY?: boolean }
  env: Readonly<Record<string, string | undefined>>
}

/** Colours for a terminal. (chalk itself ignores `NO_COLOR`, and does not check each stream.) */
export function styleFor({ stream, env }: Output): ChalkInstance {
  return new Chalk({ level: wantsColour(stream, env) ? 1 : 0 })
}

function wantsColour(stream: Output['stream'], env: Output['env']): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0'
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}

export type Style = ChalkInstance
