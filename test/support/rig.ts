import * as fs from 'node:fs'
import * as path from 'node:path'
import { type Engine, unique } from './engine.js'
import type { Packed } from './packed.js'
import { until } from './until.js'

type Row = Record<string, unknown>

let made = 0

/** A name that nothing else has in any engine on this machine. */
export const fresh = (what: string): string => `${what}_${unique}_${(made += 1)}`

/** What a test puts around the plugins in an engine: rows to read, files to write, rules to look at. */
export class Rig {
  readonly engine: Engine
  /** The package whose `lines` feeds rules and whose `collector` takes their rows. */
  readonly #feeding: Packed

  constructor(engine: Engine, feeding: Packed) {
    this.engine = engine
    this.#feeding = feeding
  }

  /** A file for a sink to write or a source to read. */
  file(text?: string): string {
    const name = path.join(this.engine.temp, fresh('file'))
    if (text !== undefined) fs.writeFileSync(name, text)
    return name
  }

  /** A stream that carries what the test appends to a file: each row when the test wants it. */
  async feed(): Promise<{ stream: string; send: (row: object) => void }> {
    const stream = fresh('feed')
    const input = this.file('')
    await this.engine.stream(stream, this.#feeding.named('lines'), { DATASOURCE: input })
    return { stream, send: row => fs.appendFileSync(input, `${JSON.stringify(row)}\n`) }
  }

  /** An action that writes each row to a file. */
  into(output: string, more: object = {}): Row {
    return into(this.#feeding, output, more)
  }

  /** Sets the properties that CONF_KEY "test" stands for. */
  configure(source: string, props: object): Promise<unknown> {
    return this.engine.put(`/metadata/sources/${source}/confKeys/test`, { ...props })
  }

  async exceptions(rule: string): Promise<number> {
    const counters = Object.entries(await this.engine.status(rule))
    return counters.reduce(
      (sum, [key, value]) => (key.endsWith('_exceptions_total') ? sum + Number(value) : sum),
      0,
    )
  }

  async lastException(rule: string): Promise<string> {
    const counters = Object.entries(await this.engine.status(rule))
    return counters
      .flatMap(([key, value]) => (key.endsWith('_last_exception') ? [String(value)] : []))
      .join('')
  }
}

/** An action with which the collector of a package writes each row to a file. */
export const into = (packed: Packed, output: string, more: object = {}): Row => ({
  [packed.named('collector')]: { path: output, sendSingle: true, ...more },
})

export function rowsIn(name: string): Row[] {
  if (!fs.existsSync(name)) return []
  const lines = fs.readFileSync(name, 'utf8').split('\n').slice(0, -1)
  return lines.map(line => JSON.parse(line) as Row)
}

/** Waits until a file has so many rows. */
export const rows = (name: string, count: number, limit?: number): Promise<Row[]> =>
  until(
    `${name} has ${count} rows`,
    () => {
      const found = rowsIn(name)
      return found.length >= count && found
    },
    limit,
  )
