// How much our JSON costs beside the bare calls.
import { encodeJson } from '../../src/data/encode.js'
import { parseJson } from '../../src/data/parse.js'
import type { Figure } from './figure.js'
import { median, medianRatio } from './rounds.js'

const roundCount = 301
const charactersInARound = 400_000

type Way<T> = (input: T) => unknown

export async function measure(): Promise<Figure[]> {
  return Object.entries(rows()).flatMap(([name, row]) => {
    const text = JSON.stringify(row)
    const large = text.replace('1795292668348', '1795292668348461056')
    return [
      ...compare(`parse ${name}`, text, text.length, input => JSON.parse(input), {
        parseJson: { way: parseJson, atMost: 1.05 },
      }),
      ...compare(`parse ${name} with a large integer`, large, large.length, input => JSON.parse(input), {
        parseJson: { way: parseJson },
      }),
      ...compare<unknown>(`encode ${name}`, row, text.length, input => JSON.stringify(input), {
        encodeJson: { way: input => encodeJson(input) },
        'for a source': { way: input => encodeJson(input, { refuseLargeIntegers: true }) },
        'JSON.stringify with a replacer': { way: input => JSON.stringify(input, refuseNaN) },
      }),
    ]
  })
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

interface Compared<T> {
  way: Way<T>
  atMost?: number
}

function compare<T>(
  title: string,
  input: T,
  size: number,
  bareWay: Way<T>,
  compared: Record<string, Compared<T>>,
): Figure[] {
  const calls = Math.ceil(charactersInARound / size)
  const inputs = Array.from({ length: calls }, () => structuredClone(input))
  const ways = [bareWay, ...Object.values(compared).map(({ way }) => way)]
  const rounds = Array.from({ length: roundCount }, () => ways.map(way => (time(way, inputs) / calls) * 1e6))
  const bare = rounds.map(([first = 0]) => first)
  return Object.entries(compared).map(([name, { atMost }], index) => {
    const ours = rounds.map(round => round[index + 1] ?? 0)
    return {
      what: `${title}, ${name}`,
      ours: median(ours),
      unit: 'ns',
      peer: { what: 'bare', value: median(bare) },
      ratio: medianRatio(ours, bare),
      ...(atMost === undefined ? {} : { promise: { of: 'ratio', atMost } as const }),
    }
  })
}

function time<T>(way: Way<T>, inputs: readonly T[]): number {
  const start = performance.now()
  for (const input of inputs) way(input)
  return performance.now() - start
}
