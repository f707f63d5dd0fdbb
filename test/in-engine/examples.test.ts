import { execFile } from 'node:child_process'
import * as fs from 'node:fs'
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

withNewEngine('describe --sql of an example', () => {
  let engine: Engine

  beforeAll(async () => {
    engine = await startEngine()
  }, minute)

  afterAll(() => engine.end())

  test.each(runnable)(
    'prints requests that run unchanged: $folder',
    async ({ folder, typed: [kind = '', name = ''] }) => {
      const project = path.join(copied(), folder)
      const push = await kplug(project, 'push', '--engine', engine.url, '--watch-seconds', '0')
      expect(push).toMatchObject({ code: 0 })
      const { stdout } = await kplug(project, 'describe', kind, name, '--engine', engine.url, '--sql')
      expect(stdout).toContain(`${engine.url}/rules -d`)
      await promisify(execFile)('sh', ['-ec', stdout.replaceAll(/^curl /gm, 'curl --fail-with-body -sS ')])
      await until('the rule runs', async () => (await engine.status(`${name}_rule`))['status'] === 'running')
      await engine.delete(`/rules/${name}_rule`)
    },
    minute,
  )
})
