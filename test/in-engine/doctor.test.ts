import * as path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EngineVersion } from '../../src/engine/version.js'
import type { Advice } from '../../src/problem/advice.js'
import { folderWith, manifest, write } from '../support/folder.js'
import { kplug, type Outcome } from '../support/io.js'
import { type Engine, unique } from '../support/engine.js'
import { freePort } from '../../src/kuiperd/free-port.js'
import { startEngine, startLimit, version, withEngine2 } from '../support/engine-under-test.js'
import { until } from '../support/until.js'

const minute = 60_000
const tag = `Doctor${unique}`

// What is always true of some versions is not what these tests are about.
const always = new EngineVersion(version).diesOfRefusedStarts ? ['engine-panics'] : []

function project(name: string, files: Record<string, string>): string {
  const folder = folderWith({ 'package.json': manifest().replace('"things"', `"${name}"`) })
  write(folder, files)
  return folder
}

const source = (symbol: string, wait: string): string => `
export class ${symbol} {
  async *open(ctx: { signal: AbortSignal; sleep(ms: number): Promise<void> }) {
    for (let n = 0; !ctx.signal.aborted; n += 1) {
      yield { n }
      ${wait}
    }
  }
}
`

const functionOf = (symbol: string, body: string): string =>
  `export class ${symbol} {\n  exec([value]: unknown[]) {\n    ${body}\n  }\n}\n`

withEngine2('kplug doctor, describe and call', () => {
  let engine: Engine

  beforeAll(async () => {
    // Engines in one network have one data service: the rows of a call arrive there.
    const port = String(await freePort())
    const service = { KUIPER__SOURCE__HTTPSERVERIP: '127.0.0.1', KUIPER__SOURCE__HTTPSERVERPORT: port }
    engine = await startEngine({ ...startLimit(5000), ...service })
  }, minute)

  afterAll(() => engine.end())

  const push = (folder: string, ...more: string[]): Promise<Outcome> =>
    kplug(folder, 'push', '--engine', engine.url, '--no-boot-check', '--watch-seconds', '0', ...more)

  async function checks(): Promise<string[]> {
    const { stdout } = await kplug(folderWith(), 'doctor', '--engine', engine.url, '--json')
    const { findings }: { findings: Advice[] } = JSON.parse(stdout)
    return findings.map(({ check }) => check).filter(check => !always.includes(check))
  }

  const rows = async (rule: string): Promise<number> =>
    Math.max(
      ...Object.entries(await engine.status(rule)).flatMap(([key, value]) =>
        /^source_.*records_in_total$/.test(key) ? [Number(value)] : [],
      ),
    )

  test(
    'finds nothing in a healthy engine, and reports each fault',
    async () => {
      const files = {
        [`src/sources/${tag}Slow.ts`]: source(`${tag}Slow`, 'await ctx.sleep(50)'),
        [`src/functions/${tag}Same.ts`]: functionOf(`${tag}Same`, 'return value'),
        [`src/functions/${tag}Throws.ts`]: functionOf(`${tag}Throws`, "throw new Error('no model')"),
      }
      const name = `${tag}Pkg`
      const folder = project(name, files)
      const pushed = await push(folder)
      expect(pushed).toMatchObject({ code: 0 })
      const [slow, same, throws] = ['Slow', 'Same', 'Throws'].map(end => `d${tag.slice(1)}${end}`)
      await engine.stream(`${tag}S`, String(slow))
      const option = { disableBufferFullDiscard: true }
      await engine.rule(`${tag}R`, `SELECT ${same}(n) AS v FROM ${tag}S`, { nop: {} }, option)
      await until('there are rows', async () => (await rows(`${tag}R`)) > 0)
      expect(await checks()).toEqual([])

      const called = await kplug(folder, 'call', 'function', String(same), '{"a":1}', '--engine', engine.url)
      expect(called).toEqual({ code: 0, stdout: '{"a":1}\n', stderr: '' })
      const failing = await kplug(folder, 'call', 'function', String(throws), '--engine', engine.url)
      expect(failing.code).toBe(1)
      expect(failing.stderr).toContain('no model')

      await engine.rule(`${tag}T`, `SELECT ${throws}(n) AS v FROM ${tag}S`, { nop: {} }, option)
      await until('there are rows', async () => (await rows(`${tag}T`)) > 0)
      expect(await checks()).toEqual(['plugin-throws'])
      await engine.delete(`/rules/${tag}T`)

      const twice = project(`${tag}Twice`, {
        [`src/functions/${tag}Same.ts`]: functionOf(`${tag}Same`, 'return 1'),
      })
      expect(await push(twice, '--force')).toMatchObject({ code: 0 })
      expect(await checks()).toEqual(['symbol-twice'])
      await engine.delete(`/plugins/portables/${tag}Twice`)

      const uploads = (await engine.get('/config/uploads')) as string[]
      const own = uploads.find(file => path.basename(file).startsWith(`${name}@`)) ?? ''
      await engine.delete(`/config/uploads/${encodeURIComponent(path.basename(own))}`)
      expect(await checks()).toContain('upload-missing')

      for (const pid of engine.processes(name)) process.kill(pid, 'SIGKILL')
      await until('the process is gone', async () => (await checks()).includes('package-failed'))
    },
    2 * minute,
  )

  test(
    'finds rows that the engine discards',
    async () => {
      const symbol = `${tag}Fast`
      const folder = project(symbol, {
        [`src/sources/${symbol}.ts`]: source(symbol, 'if (n % 5000 === 0) await ctx.sleep(1)'),
      })
      expect(await push(folder)).toMatchObject({ code: 0 })
      await engine.stream(`${symbol}S`, `d${symbol.slice(1)}`)
      await engine.rule(`${symbol}R`, `SELECT * FROM ${symbol}S`, { nop: {} })
      await until('rows are discarded', async () => (await checks()).includes('rows-dropped'))
      await engine.delete(`/rules/${symbol}R`)
    },
    minute,
  )

  test(
    'describe --sql prints requests that the engine accepts unchanged',
    async () => {
      const symbol = `${tag}Sample`
      const folder = project(symbol, {
        [`src/sources/${symbol}.ts`]: source(symbol, 'await ctx.sleep(20)'),
        [`src/functions/${symbol}.ts`]: functionOf(symbol, 'return value'),
        [`src/sinks/${symbol}.ts`]: `export class ${symbol} {\n  collect() {}\n}\n`,
      })
      expect(await push(folder)).toMatchObject({ code: 0 })
      const name = `d${symbol.slice(1)}`
      for (const kind of ['source', 'sink', 'function']) {
        const { stdout } = await kplug(
          folder,
          'describe',
          kind,
          name,
          '--engine',
          engine.url,
          '--sql',
          '--json',
        )
        const { requests }: { requests: { path: string; body: Record<string, unknown> }[] } =
          JSON.parse(stdout)
        for (const { path: resource, body } of requests) await engine.post(resource, body)
        await until(`the ${kind} has rows`, async () => (await rows(`${name}_rule`)) > 0)
        await engine.delete(`/rules/${name}_rule`)
        await engine.delete(`/streams/${name}_stream`)
      }
    },
    minute,
  )
})
