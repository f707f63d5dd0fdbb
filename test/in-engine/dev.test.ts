import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Engine, unique } from '../support/engine.js'
import { startEngine, withEngine2 } from '../support/engine-under-test.js'
import { folderWith, manifest, write } from '../support/folder.js'
import { FakeIo, kplug } from '../support/io.js'

const minute = 60_000
const name = `dev${unique}`
const symbol = `Dev${unique}`
const sourceFile = `src/functions/${symbol}.ts`

const functionOf = (factor: string): string =>
  `export class ${symbol} {\n  exec([n]: [number]) {\n    return n * ${factor}\n  }\n}\n`

/** A project with a function, and the rule that an author tries it with. */
const project = (): string =>
  folderWith({
    'package.json': manifest().replace('"things"', `"${name}"`),
    [sourceFile]: functionOf('2'),
    'rule.sql': ruleOf(`${name}(n)`),
  })

const ruleOf = (value: string): string => `
  CREATE STREAM ${name} () WITH (TYPE="simulator", FORMAT="json", DATASOURCE="x", CONF_KEY="${name}");
  SELECT ${value} AS n FROM ${name}`

withEngine2('kplug dev', () => {
  let engine: Engine

  beforeAll(async () => {
    engine = await startEngine()
    const rows = { data: [{ n: 1 }], interval: 50, loop: true }
    await engine.put(`/metadata/sources/simulator/confKeys/${name}`, rows)
  }, minute)

  afterAll(() => engine.end())

  const installed = async (): Promise<unknown[]> => [
    await engine.get('/rules'),
    await engine.get('/streams'),
    await engine.get('/plugins/portables'),
    await engine.get('/config/uploads'),
  ]

  const dev = (folder: string, ...more: string[]): FakeIo =>
    new FakeIo(folder, ['dev', '--engine', engine.url, '--rule', 'rule.sql', ...more])

  test(
    'shows the rows of the rule after each save, keeps the last good version, and restores the engine',
    async () => {
      const folder = project()
      const before = await installed()
      const io = dev(folder)
      const run = io.run()
      await io.stdout.until('{"n":2}\n')
      write(folder, { [sourceFile]: functionOf('3') })
      await io.stdout.until('{"n":3}\n')
      write(folder, { [sourceFile]: functionOf('"no number"') })
      await io.stderr.until('type-error')
      const end = io.stdout.text.length
      expect(io.stdout.text.slice(0, await io.stdout.until('{"n":3}\n', end))).not.toContain('null')
      write(folder, { [sourceFile]: functionOf('3'), 'rule.sql': ruleOf(`${name}(n) + 100`) })
      await io.stdout.until('{"n":103}\n')
      io.emit('SIGINT')
      expect(await run).toMatchObject({ code: 0, stderr: expect.stringContaining('removed the package\n') })
      expect(await installed()).toEqual(before)
    },
    minute,
  )

  test(
    'records a rule, and the function gives the same bytes here until it changes',
    async () => {
      const folder = project()
      const rows = { data: [{ n: 1, id: '9007199254740993', x: 1.5e300 }], interval: 20, loop: true }
      await engine.put(`/metadata/sources/simulator/confKeys/${name}_exact`, rows)
      write(folder, {
        'rule.sql': `
          CREATE STREAM ${name} () WITH (TYPE="simulator", FORMAT="json", DATASOURCE="x", CONF_KEY="${name}_exact");
          SELECT n, cast(id, "bigint") AS id, x, ${name}(n) AS twice FROM ${name}`,
      })
      const io = dev(folder, '--record', 'rows.ndjson')
      const run = io.run()
      const row = '{"id":9007199254740993,"n":1,"twice":2,"x":1.5e+300}\n'
      await io.stdout.until(row + row)
      io.emit('SIGINT')
      const { stdout } = await run
      const replay = ['--args', 'n', '--as', 'twice', '--replay', 'rows.ndjson', '--speed', 'max']
      expect((await kplug(folder, 'run', 'function', name, ...replay)).stdout).toBe(stdout)
      write(folder, { [sourceFile]: functionOf('3') })
      expect((await kplug(folder, 'run', 'function', name, ...replay)).stdout).not.toBe(stdout)
    },
    minute,
  )

  test(
    'restores the version that was installed before',
    async () => {
      const folder = project()
      await kplug(folder, 'push', '--engine', engine.url, '--no-boot-check', '--watch-seconds', '0')
      const before = await installed()
      write(folder, { [sourceFile]: functionOf('7') })
      const io = dev(folder)
      const run = io.run()
      await io.stdout.until('{"n":7}\n')
      io.emit('SIGINT')
      expect(await run).toMatchObject({ code: 0, stderr: expect.stringContaining('installed 0.1.0 again\n') })
      expect(await installed()).toEqual(before)
      await kplug(folder, 'push', '--engine', engine.url, '--remove')
    },
    minute,
  )

  test('a rule that the engine refuses is reported in one sentence, and nothing is left', async () => {
    const folder = project()
    write(folder, { 'rule.sql': 'SELECT 1 AS a FROM no_such_stream' })
    const io = dev(folder)
    const run = io.run()
    await io.stderr.until('no_such_stream')
    io.emit('SIGINT')
    expect(await run).toMatchObject({ code: 0 })
    expect(await engine.get('/rules')).toEqual([])
  })
})
