import { execFile } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as http from 'node:http'
import * as os from 'node:os'
import * as path from 'node:path'
import { promisify } from 'node:util'
import * as semver from 'semver'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Engine } from '../support/engine.js'
import { startEngine, version } from '../support/engine-under-test.js'
import { node } from '../support/binary.js'
import { examples, examplesFolder } from '../support/examples.js'
import { folderWith } from '../support/folder.js'
import { kplug } from '../support/io.js'
import { isInstalled, linkPackages, tool } from '../support/linked-packages.js'
import { hasPostgres, withPostgres } from '../support/postgres.js'
import { until } from '../support/until.js'

const minute = 60_000

/** The examples are as new projects are, whatever the engine: one version is enough. */
const withNewEngine = describe.skipIf(semver.lt(version, '2.4.0'))

/** What the examples need beyond this repository is not everywhere. */
const runnable = examples.filter(({ folder }) => folder !== 'onnx' || isInstalled('onnxruntime-node'))

/** A copy of all examples, with their packages beside them. */
function copied(): string {
  const folder = folderWith()
  fs.cpSync(examplesFolder, folder, { recursive: true })
  linkPackages(folder)
  return folder
}

withNewEngine('an example', () => {
  test.each(runnable.filter(({ folder }) => folder !== 'postgres'))(
    'passes its own tests, those with a rule among them: $folder',
    ({ folder }) => passes(folder),
    2 * minute,
  )

  test.skipIf(!hasPostgres)(
    'passes its own tests with a database: postgres',
    () => withPostgres(url => passes('postgres', { DATABASE_URL: url })),
    2 * minute,
  )

  async function passes(example: string, more: object = {}): Promise<void> {
    const env = { ...process.env, ...more, EKUIPER: inject('ekuiper')?.folder }
    const folder = path.join(copied(), example)
    const { code, stdout } = await node(folder, [tool.vitest, 'run'], { env })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.not.stringContaining('skipped') })
  }
})

withNewEngine('the package of an example', () => {
  let engine: Engine
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-examples-'))
  const projectOf = (example: string): string => path.join(folder, example)

  beforeAll(async () => {
    fs.cpSync(examplesFolder, folder, { recursive: true })
    linkPackages(folder)
    engine = await startEngine()
    for (const { folder: example } of runnable) {
      const push = await kplug(projectOf(example), 'push', '--engine', engine.url, '--watch-seconds', '0')
      expect(push).toMatchObject({ code: 0 })
    }
  }, 3 * minute)

  afterAll(async () => {
    await engine.end()
    fs.rmSync(folder, { recursive: true })
  })

  test.each(runnable)(
    'has requests of "describe --sql" that run as they are: $folder',
    async ({ folder: example, typed: [kind = '', name = ''] }) => {
      const { stdout } = await kplug(
        projectOf(example),
        'describe',
        kind,
        name,
        '--engine',
        engine.url,
        '--sql',
      )
      expect(stdout).toContain(`${engine.url}/rules -d`)
      await promisify(execFile)('sh', ['-ec', stdout.replaceAll(/^curl /gm, 'curl --fail-with-body -sS ')])
      await until('the rule runs', async () => (await engine.status(`${name}_rule`))['status'] === 'running')
      await engine.delete(`/rules/${name}_rule`)
    },
    minute,
  )

  test.each(['source', 'sink', 'function'] as const)(
    'has all fields that the forms of eKuiper have: %s',
    kind => {
      const etc = path.join(engine.folder, 'etc')
      const theirs = fieldsOf(enginesOwn[kind].map(file => path.join(etc, file)))
      const ours = fieldsOf(
        runnable
          .filter(({ typed, folder: example }) => typed[0] === kind && !example.startsWith('workspace'))
          .map(({ typed }) => path.join(engine.folder, 'data', `${kind}s`, `${typed[1]}.json`)),
      )
      expect(theirs.size).toBeGreaterThan(20)
      expect([...theirs].filter(field => !ours.has(field) && !chosen.has(field))).toEqual([])
    },
  )

  test.each([
    ['sources/mqttTopic', '订阅 MQTT 主题并输出其 JSON 消息'],
    ['sources/httpPoll', '轮询 HTTP 接口并输出其 JSON 数据'],
    ['sinks/influxBatch', '将数据写入 InfluxDB 2 或 3'],
  ])('has its texts in Chinese over REST: %s', async (resource, description) => {
    const form = (await engine.get(`/metadata/${resource}?language=zh_CN`)) as Form
    const properties = Array.isArray(form.properties) ? form.properties : form.properties.default
    expect(form.about.description.zh).toBe(description)
    for (const { name, label, hint } of properties) {
      expect([name, label.zh, hint.zh]).toEqual([
        name,
        expect.stringMatching(/./),
        expect.stringMatching(/./),
      ])
    }
  })

  test('has named configurations that a stream uses as its CONF_KEY', async () => {
    expect(await engine.get('/metadata/sources/yaml/httpPoll')).toMatchObject({
      default: { every: 10_000 },
      local: { url: 'http://127.0.0.1:8080', every: 1000 },
    })
    const server = http.createServer((_, response) => response.end('{"a": 1}')).listen(8080, '127.0.0.1')
    await once(server, 'listening')
    await engine.stream('preset', 'httpPoll', { CONF_KEY: 'local', DATASOURCE: '/' })
    await engine.rule('preset', 'SELECT * FROM preset', { nop: {} })
    await until('a row', async () => (await engine.counter('preset', /^sink_.*_records_in_total$/)) > 0)
    await engine.delete('/rules/preset')
    server.close()
  })
})

interface Texts {
  zh: string
}

interface Form {
  about: { description: Texts }
  properties: Field[] | { default: Field[] }
}

interface Field {
  name: string
  label: Texts
  hint: Texts
}

/** Forms of eKuiper for what the examples do too. */
const enginesOwn = {
  source: ['mqtt_source.json', 'sources/httppull.json', 'sources/neuron.json'],
  sink: ['sinks/mqtt.json', 'sinks/rest.json', 'sinks/redis.json'],
  function: ['functions/internal.json'],
}

/** Arguments have these where their author gives them. */
const chosen = new Set(['.functions.args.values', '.functions.args.default'])

/** The paths of all fields in some forms, without forms within them. */
function fieldsOf(files: readonly string[]): Set<string> {
  return new Set(files.flatMap(file => pathsIn(JSON.parse(fs.readFileSync(file, 'utf8')))))
}

function pathsIn(value: unknown, before = ''): string[] {
  if (Array.isArray(value)) return value.flatMap(one => pathsIn(one, before))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    // Sinks of the engine name the languages of one label otherwise than all else.
    const name = `${before}.${key.replace(/^(en|zh)$/, language => (language === 'en' ? 'en_US' : 'zh_CN'))}`
    return 'control' in value && key === 'default' ? [name] : [name, ...pathsIn(inner, name)]
  })
}
