import * as path from 'node:path'
import { messageOf, stackOf } from '../errors/reason.js'
import { type CodeLocation, locationInSource, locationsIn } from '../stack/source-location.js'
import type { Log } from './log.js'

const quietTime = 60_000
const longestStack = 10_000
const mostKept = 1000

interface Seen {
  at: number
  /** The number of equal errors since the last line. */
  more: number
}

/**
 * Writes errors of plugins to the log, each with its message, its causes and its line in the author's TypeScript. If a
 * line of code fails for every row, it is logged once a minute, with the number of errors in between.
 */
export class PluginErrors {
  readonly #log: Log
  readonly #lib: string
  readonly #seen = new Map<string, Seen>()
  readonly #inSource = new Map<string, string>()

  /** `lib` is the folder of the built plugins. */
  constructor(log: Log, lib: string) {
    this.#log = log
    this.#lib = lib + path.sep
  }

  /** `text` describes the failure. Default: the message of the error. */
  write(who: string, error: unknown, text = messageOf(error)): void {
    const location = this.#locationOf(error)
    const key = `${who} ${location ?? text}`
    const seen = this.#seen.get(key)
    const now = performance.now()
    if (seen && now - seen.at < quietTime) {
      seen.more += 1
      return
    }
    remember(this.#seen, key, { at: now, more: 0 })
    const more = seen && seen.more > 0 ? `; ${seen.more} more like this since the last line` : ''
    this.#log.write('error', who, `${text}${location === undefined ? '' : ` (${location})`}${more}`)
  }

  /** The built file of a plugin in the stack of an error, if any. */
  builtLocationOf(error: unknown): CodeLocation | undefined {
    return this.#builtLocations(error)[0]
  }

  #builtLocations(error: unknown): CodeLocation[] {
    const locations = locationsIn((stackOf(error) ?? '').slice(0, longestStack))
    return locations.filter(({ file }) => file.startsWith(this.#lib))
  }

  #locationOf(error: unknown): string | undefined {
    const locations = this.#builtLocations(error)
    const [first] = locations
    if (first === undefined) return undefined
    const key = `${first.file}:${first.line}:${first.column}`
    const known = this.#inSource.get(key)
    if (known !== undefined) return known
    const found = locationInSource(first.file, locations) ?? {
      ...first,
      file: path.relative(path.dirname(this.#lib), first.file),
    }
    const location = `${found.file}:${found.line}:${found.column}`
    remember(this.#inSource, key, location)
    return location
  }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= mostKept) map.clear()
  map.set(key, value)
}
