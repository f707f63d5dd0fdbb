import type { ChildProcess } from 'node:child_process'
import { binary, inFolder, manifest, memoryOf, start, succeeded } from './children.js'
import type { Figure } from './figure.js'

const files = {
  'package.json': manifest,
  'plugins/package.json': '{"type": "module"}\n',
  'plugins/sources/Counter@v0.1.0.js': `export class Counter {
  async *open() {
    for (let n = 0; ; n += 1) yield { n, device: 'thermometer-17', celsius: 21.5 }
  }
}
`,
  'plugins/functions/Fahrenheit@v0.1.0.js': `export class Fahrenheit {
  exec([celsius]) {
    return celsius * 1.8 + 32
  }
}
`,
  'plugins/sinks/Last@v0.1.0.js': `export class Last {
  collect(_ctx, row) {
    this.row = row
  }
}
`,
}

/**
 * The memory of three processes in a pipe while ten million rows go through (\`--rows=N\` for another number): the most
 * of the whole run beside the most of its first tenth, which is the same where nothing piles up.
 */
export function measure(options: readonly string[]): Promise<Figure[]> {
  const given = options.find(option => option.startsWith('--rows='))?.slice('--rows='.length)
  const rows = Number(given ?? 10_000_000)
  return inFolder(files, async folder => {
    await pipeline(folder, rows / 10)
    const early = await pipeline(folder, rows / 10)
    const whole = await pipeline(folder, rows)
    return Object.entries(whole).map(([what, ours]) => ({
      what: `memory of run ${what}, ${rows.toLocaleString('en')} rows`,
      ours,
      unit: 'MB' as const,
      peer: { what: 'a tenth of the rows', value: early[what] ?? Number.NaN },
      promise: { of: 'ratio' as const, atMost: 1.25 },
    }))
  })
}

/** The most memory that each process of the pipe had. */
async function pipeline(folder: string, rows: number): Promise<Record<string, number>> {
  const source = start([binary, 'run', 'source', 'counter', '--limit', `${rows}`], folder, [
    'ignore',
    'pipe',
    'inherit',
  ])
  const func = start([binary, 'run', 'function', 'fahrenheit', '--args', 'celsius'], folder, [
    source.stdout ?? 'ignore',
    'pipe',
    'inherit',
  ])
  const sink = start([binary, 'run', 'sink', 'last'], folder, [func.stdout ?? 'ignore', 'ignore', 'inherit'])
  source.stdout?.destroy()
  func.stdout?.destroy()
  const peaks: Record<string, number> = {}
  const children: Record<string, ChildProcess> = { source, function: func, sink }
  const look = setInterval(() => {
    for (const [name, { pid }] of Object.entries(children)) {
      peaks[name] = Math.max(peaks[name] ?? 0, memoryOf(pid ?? 0, 'VmHWM') ?? 0)
    }
  }, 50)
  await Promise.all(Object.values(children).map(succeeded))
  clearInterval(look)
  return peaks
}
