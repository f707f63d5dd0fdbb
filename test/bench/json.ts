// How much our JSON costs beside the bare calls: `npx tsx test/bench/json.ts`. Medians of the ratios of paired rounds.
import { encodeJson } from '../../src/runtime/data/encode.js'
import { parseJson } from '../../src/runtime/data/parse.js'

const ROUNDS = 301
const CHARACTERS_IN_A_ROUND = 400_000

type Way<T> = (input: T) => unknown

function main(): void {
  for (const [name, row] of Object.entries(rows())) {
    const text = JSON.stringify(row)
    report(`parse ${name}`, text, text.length, {
      'JSON.parse': input => JSON.parse(input),
      parseJson,
    })
    const large = text.replace('1795292668348', '1795292668348461056')
    report(`parse ${name} with a large integer`, large, large.length, {
      'JSON.parse': input => JSON.parse(input),
      parseJson,
    })
    report<unknown>(`encode ${name}`, row, text.length, {
      'JSON.stringify': input => JSON.stringify(input),
      encodeJson: input => encodeJson(input),
      'for a source': input => encodeJson(input, { refuseLargeIntegers: true }),
      'JSON.stringify with a replacer': input => JSON.stringify(input, refuseNaN),
    })
  }
}

function rows(): Record<string, unknown> {
  return { '100 B': small(), '1 KB': wide(36), '10 KB': Array.from({ length: 10 }, () => wide(36)) }
}

function small(): unknown {
  return {
    temperature: 21.75,
    humidity: 61,
    device: 'sensor-0042',
    at: 1795292668348,
    ok: true,
    site: 'gate',
  }
}

function wide(fields: number): unknown {
  const values = [21.5, 1013.25, 'running', 0.125, 'line operator', 1795292668348]
  const names = ['temperature', 'pressure', 'status', 'vibration', 'operator', 'measuredAt']
  return Object.fromEntries(
    Array.from({ length: fields }, (_, index) => [`${names[index % 6]}${index}`, values[index % 6]]),
  )
}

function refuseNaN(_key: string, value: unknown): unknown {
  if (Number.isNaN(value)) throw new TypeError('NaN')
  return value
}

function report<T>(title: string, input: T, size: number, ways: Record<string, Way<T>>): void {
  const calls = Math.ceil(CHARACTERS_IN_A_ROUND / size)
  const inputs = Array.from({ length: calls }, () => structuredClone(input))
  const names = Object.keys(ways)
  const rounds = Array.from({ length: ROUNDS }, () => Object.values(ways).map(way => time(way, inputs)))
  const bare = rounds.map(([first = 0]) => first)
  const ratios = names.map((name, column) => {
    const ratio = median(rounds.map((round, index) => (round[column] ?? 0) / (bare[index] ?? 0)))
    return `${name} ${ratio.toFixed(3)}`
  })
  process.stdout.write(`${title}: ${((median(bare) / calls) * 1e6).toFixed(0)} ns; ${ratios.join(', ')}\n`)
}

function time<T>(way: Way<T>, inputs: readonly T[]): number {
  const start = performance.now()
  for (const input of inputs) way(input)
  return performance.now() - start
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

main()
