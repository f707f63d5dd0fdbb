import { ekuipers } from '../support/ekuiper.js'
import { Engine } from '../support/engine.js'
import { FakeIo } from '../support/io.js'
import { write } from '../support/folder.js'
import { inFolder, manifest } from './children.js'
import type { Figure } from './figure.js'
import { median } from './rounds.js'

const edits = 20
const file = 'src/functions/Dev.ts'
const functionOf = (answer: number): string =>
  `export class Dev {\n  exec([n]: [number]) {\n    return n * ${answer}\n  }\n}\n`

/** From the save of a plugin to the first row of its new version out of a rule, in `kplug dev`. */
export async function measure(): Promise<Figure[]> {
  const [ekuiper] = ekuipers
  if (ekuiper === undefined) {
    process.stderr.write('EKUIPER is not set: kplug dev was not measured\n')
    return []
  }
  const engine = await Engine.start(ekuiper)
  try {
    const rows = { data: [{ n: 1 }], interval: 20, loop: true }
    await engine.put('/metadata/sources/simulator/confKeys/dev', rows)
    return await inFolder({ 'package.json': manifest, [file]: functionOf(1), 'rule.sql': rule }, folder =>
      measureIn(folder, engine),
    )
  } finally {
    await engine.end()
  }
}

const rule = `
  CREATE STREAM dev () WITH (TYPE="simulator", FORMAT="json", DATASOURCE="x", CONF_KEY="dev");
  SELECT dev(n) AS n FROM dev`

async function measureIn(folder: string, engine: Engine): Promise<Figure[]> {
  const io = new FakeIo(folder, ['dev', '--engine', engine.url, '--rule', 'rule.sql'])
  const run = io.run()
  await io.stdout.until('{"n":1}\n')
  const times: number[] = []
  for (let answer = 1000; answer < 1000 + edits; answer += 1) {
    const start = performance.now()
    write(folder, { [file]: functionOf(answer) })
    await io.stdout.until(`{"n":${answer}}\n`)
    times.push(performance.now() - start)
  }
  io.emit('SIGINT')
  await run
  return [
    {
      what: `kplug dev, from an edit to its first row, median of ${edits}`,
      ours: median(times),
      unit: 'ms',
      promise: { of: 'ours', atMost: 1000 },
    },
  ]
}
