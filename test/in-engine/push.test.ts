import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { folderWith, manifest, write } from '../support/folder.js'
import { FakeIo, kplug, type Outcome } from '../support/io.js'
import { type Engine, unique } from '../support/engine.js'
import { startEngine, startLimit, withEngine2 } from '../support/engine-under-test.js'
import { until } from '../support/until.js'

const minute = 60_000
let made = 0

/** A name that no other engine on this machine has a channel for. */
const fresh = (): string => `pushed${unique}${(made += 1)}`

/** A project of one function, which answers the version that it is part of. */
function project(name: string): string {
  const folder = folderWith()
  setVersion(folder, name, '0.1.0')
  return folder
}

function setVersion(folder: string, name: string, version: string): void {
  const symbol = name.slice(0, 1).toUpperCase() + name.slice(1)
  write(folder, {
    'package.json': manifest().replace('"things"', `"${name}"`).replace('"0.1.0"', `"${version}"`),
    [`src/functions/${symbol}.ts`]: `export class ${symbol} {\n  exec() {\n    return '${version}'\n  }\n}\n`,
  })
}

const push = (folder: string, engine: Engine, ...more: string[]): Promise<Outcome> =>
  kplug(folder, 'push', '--engine', engine.url, '--no-boot-check', '--watch-seconds', '1', ...more)

/** What the function answers in a rule that is made and removed for the look. */
async function answer(engine: Engine, name: string): Promise<string> {
  const rule = fresh()
  const stream = fresh()
  const output = path.join(engine.temp, rule)
  await engine.simulate(stream, [{ n: 1 }], 100)
  const action = { file: { path: output, fileType: 'lines', rollingInterval: 0, checkInterval: 100 } }
  await engine.rule(rule, `SELECT ${name}() AS v FROM ${stream}`, action)
  await until('the rule gets a row', async () => {
    const status = await engine.status(rule)
    return Object.entries(status).some(
      ([key, value]) => /^sink_.*records_in_total$/.test(key) && Number(value) > 0,
    )
  })
  const text = await until('a row is in the file', () => {
    const found = fs.readdirSync(engine.temp).find(file => file.startsWith(rule))
    const rows = found === undefined ? '' : fs.readFileSync(path.join(engine.temp, found), 'utf8')
    return rows.includes('"v"') && rows
  })
  await engine.delete(`/rules/${rule}`)
  await engine.delete(`/streams/${stream}`)
  return /"v":"([^"]+)"/.exec(text)?.[1] ?? text
}

/** A folder with all programs of this machine but Node.js, for an engine's PATH. */
function withoutNode(): string {
  const folder = folderWith()
  const folders = ['/bin', '/usr/bin']
  const programs = folders.flatMap(from =>
    fs.readdirSync(from).map(name => [name, path.join(from, name)] as const),
  )
  for (const [name, file] of new Map(programs)) {
    if (!/^(node|nodejs|npm|npx)$/.test(name)) fs.symlinkSync(file, path.join(folder, name))
  }
  return folder
}

withEngine2('pushing to eKuiper', () => {
  let engine: Engine

  beforeAll(async () => {
    engine = await startEngine(startLimit(4000))
  }, minute)

  afterAll(() => engine.end())

  test(
    'installs, updates, restores after a version that does not run, rolls back and removes',
    async () => {
      const name = fresh()
      const folder = project(name)
      expect(await push(folder, engine)).toMatchObject({
        code: 0,
        stdout: `${engine.url}: installed 0.1.0\n`,
      })
      expect(await answer(engine, name)).toBe('0.1.0')
      setVersion(folder, name, '0.2.0')
      expect(await push(folder, engine)).toMatchObject({ code: 0 })
      expect(await answer(engine, name)).toBe('0.2.0')

      setVersion(folder, name, '0.3.0')
      // A program of this name is what the preflight takes for the package's own Node.js: this one does not start.
      fs.writeFileSync(path.join(folder, 'node'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
      const settings = fs.readFileSync(path.join(folder, 'package.json'), 'utf8')
      write(folder, { 'package.json': settings.replace('"kplug":{}', '"kplug":{"assets":["node"]}') })
      const failed = await push(folder, engine)
      expect(failed.code).toBe(1)
      expect(failed.stderr).toMatch(
        /version 0\.3\.0 does not run: .*; version 0\.2\.0 is installed again and running\n/,
      )
      expect(await answer(engine, name)).toBe('0.2.0')

      const back = await push(folder, engine, '--rollback')
      expect(back).toMatchObject({ code: 0, stdout: `${engine.url}: rolled back from 0.2.0 to 0.1.0\n` })
      expect(await answer(engine, name)).toBe('0.1.0')
      expect(await push(folder, engine, '--remove')).toMatchObject({ code: 0 })
      await until('its process is gone', () => engine.processes(name).length === 0)
    },
    2 * minute,
  )

  test(
    'an engine that crashes during a push has the previous version after its restart, and push reports that',
    async () => {
      const name = fresh()
      const folder = project(name)
      await push(folder, engine)
      setVersion(folder, name, '0.2.0')
      const io = new FakeIo(folder, [
        'push',
        '--engine',
        engine.url,
        '--no-boot-check',
        '--watch-seconds',
        '5',
      ])
      const outcome = io.run()
      await io.stderr.until('updating from 0.1.0')
      await engine.kill()
      await engine.start()
      const { code, stderr } = await outcome
      expect(code).toBe(1)
      expect(stderr).toMatch(/version 0\.1\.0 is installed again and running\n/)
      expect(await answer(engine, name)).toBe('0.1.0')
    },
    minute,
  )

  test(
    'a package laid out in its folder runs from its start',
    async () => {
      const name = fresh()
      const folder = project(name)
      await engine.kill()
      expect(await kplug(folder, 'pack', '--layout', engine.folder)).toMatchObject({ code: 0 })
      await engine.start()
      expect(await answer(engine, name)).toBe('0.1.0')
    },
    minute,
  )
})

withEngine2('on a machine without Node.js', () => {
  test(
    'the engine returns one sentence, and a package that includes Node.js runs',
    async () => {
      const engine = await startEngine({ PATH: withoutNode() })
      try {
        const name = fresh()
        const folder = project(name)
        const { code, stderr } = await push(folder, engine)
        expect(code).toBe(1)
        expect(stderr).toContain(
          'kplug: this machine has no node on the PATH: install Node.js 20.19 or newer there',
        )
        const packed = await kplug(folder, 'pack', '--node', process.execPath)
        expect(packed).toMatchObject({ code: 0 })
        const file = `file://${path.join(folder, 'dist', `${name}-0.1.0.zip`)}`
        await engine.post('/plugins/portables', { name, file })
        expect(await answer(engine, name)).toBe('0.1.0')
      } finally {
        await engine.end()
      }
    },
    2 * minute,
  )

  test(
    'a Node.js that is too old is named',
    async () => {
      const PATH = withoutNode()
      fs.writeFileSync(path.join(PATH, 'node'), '#!/bin/sh\necho 18.20.0\n', { mode: 0o755 })
      const engine = await startEngine({ PATH })
      try {
        const { stderr } = await push(project(fresh()), engine)
        expect(stderr).toContain('Node.js 18.20.0 on this machine is too old: install 20.19 or newer')
      } finally {
        await engine.end()
      }
    },
    minute,
  )
})
