import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EngineVersion } from '../../src/engine/version.js'
import { folderWith, manifest, plain, write } from '../support/folder.js'
import { kplug, type Outcome } from '../support/io.js'
import { type Engine, unique } from '../support/engine.js'
import { startEngine, startLimit, version, withEngine2 } from '../support/engine-under-test.js'
import { linkPackages } from '../support/linked-packages.js'
import { until } from '../support/until.js'

const minute = 60_000
let made = 0

/** A name that no other test uses. */
const fresh = (): string => `Refused${unique}X${(made += 1)}`

const endsOfRefusedStarts = new EngineVersion(version).diesOfRefusedStarts

const nameOf = (symbol: string): string => symbol.slice(0, 1).toLowerCase() + symbol.slice(1)

function project(name: string, projectVersion: string, files: Record<string, string>): string {
  const folder = folderWith()
  linkPackages(folder)
  setFiles(folder, name, projectVersion, files)
  return folder
}

function setFiles(folder: string, name: string, projectVersion: string, files: Record<string, string>): void {
  const text = manifest()
    .replace('"things"', `"${nameOf(name)}"`)
    .replace('"0.1.0"', `"${projectVersion}"`)
  write(folder, { 'package.json': text, ...files })
}

const source = (symbol: string, config: string): string => `
import * as z from 'zod'
import type { Source, SourceContext } from 'kplug'
export const config = z.object({ mode: ${config} })
export class ${symbol} implements Source<z.infer<typeof config>> {
  #mode = ''
  configure(_: string, { mode }: z.infer<typeof config>) { this.#mode = mode }
  async *open(ctx: SourceContext) {
    while (!ctx.signal.aborted) {
      yield { mode: this.#mode }
      await ctx.sleep(50)
    }
  }
}
`

const functionOf = (symbol: string, answer: string): string =>
  `export class ${symbol} {\n  exec() {\n    return '${answer}'\n  }\n}\n`

withEngine2('what a push refuses', () => {
  let engine: Engine

  beforeAll(async () => {
    engine = await startEngine(startLimit(5000))
  }, minute)

  afterAll(() => engine.end())

  const push = (folder: string, ...more: string[]): Promise<Outcome> =>
    kplug(folder, 'push', '--engine', engine.url, '--no-boot-check', '--watch-seconds', '1', ...more)

  const rows = (rule: string): Promise<number> => engine.counter(rule, /^sink_.*records_in_total$/)

  const goesOn = async (rule: string): Promise<void> => {
    const before = await rows(rule)
    await until('the rule has more rows', async () => (await rows(rule)) > before)
  }

  test(
    'a symbol of another package: the rule continues with the first',
    async () => {
      const symbol = fresh()
      const file = `src/functions/${symbol}.ts`
      const first = project(`${symbol}A`, '0.1.0', { [file]: functionOf(symbol, 'a') })
      const second = project(`${symbol}B`, '0.1.0', { [file]: functionOf(symbol, 'b') })
      expect(await push(first)).toMatchObject({ code: 0 })
      const { code, stderr } = await push(second)
      expect(code).toBe(1)
      expect(stderr).toContain(`The function "${nameOf(symbol)}" is also in the installed package`)
      const installed = (await engine.get('/plugins/portables')) as { name: string }[]
      expect(installed.map(({ name }) => name)).not.toContain(nameOf(`${symbol}B`))
    },
    minute,
  )

  test(
    'a property that the new version refuses, and a source that it lacks: the rule continues',
    async () => {
      const symbol = fresh()
      const name = nameOf(symbol)
      const file = `src/sources/${symbol}.ts`
      const folder = project(symbol, '0.1.0', { [file]: source(symbol, "z.string().default('fast')") })
      expect(await push(folder)).toMatchObject({ code: 0 })
      await engine.stream(`${name}S`, name)
      await engine.rule(`${name}R`, `SELECT * FROM ${name}S`, { nop: {} }, { disableBufferFullDiscard: true })
      setFiles(folder, symbol, '0.2.0', { [file]: source(symbol, "z.enum(['safe']).default('safe')") })
      const tightened = await push(folder)
      expect(tightened.code).toBe(1)
      expect(tightened.stderr).toContain(
        `Rule "${name}R" gives the source "${name}" properties that this version refuses`,
      )
      fs.rmSync(path.join(folder, file))
      setFiles(folder, symbol, '0.3.0', { 'src/functions/Other.ts': plain.function('Other') })
      const dropped = await push(folder, ...(endsOfRefusedStarts ? ['--force'] : []))
      expect(dropped.code).toBe(1)
      expect(dropped.stderr).toContain(`Rule "${name}R" uses the source "${name}"`)
      await goesOn(`${name}R`)
      await engine.delete(`/rules/${name}R`)
      await engine.delete(`/streams/${name}S`)
    },
    2 * minute,
  )

  test(
    'changed default properties reach the next rule',
    async () => {
      const symbol = fresh()
      const name = nameOf(symbol)
      const file = `src/sources/${symbol}.ts`
      const folder = project(symbol, '0.1.0', { [file]: source(symbol, "z.string().default('old')") })
      expect(await push(folder)).toMatchObject({ code: 0 })
      setFiles(folder, symbol, '0.2.0', { [file]: source(symbol, "z.string().default('new')") })
      expect(await push(folder)).toMatchObject({ code: 0 })
      const stored = await engine.get(`/metadata/sources/yaml/${name}`)
      expect(stored).toEqual({ default: { mode: 'new' } })
      expect(await push(folder, '--rollback')).toMatchObject({ code: 0 })
      expect(await engine.get(`/metadata/sources/yaml/${name}`)).toEqual({ default: { mode: 'old' } })
    },
    minute,
  )
})
