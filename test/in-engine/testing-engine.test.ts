import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, inject, test, vi } from 'vitest'
import { withEngine } from '../../src/testing-engine.js'
import { repository } from '../support/binary.js'
import { unique } from '../support/engine.js'
import { withEngine2 } from '../support/engine-under-test.js'
import { folderWith, manifest, plain } from '../support/folder.js'
import { until } from '../support/until.js'

const minute = 60_000
const symbol = `Own${unique}`
const name = `own${unique}`

const project = (): string =>
  folderWith({
    'package.json': manifest().replace('"things"', `"${name}"`),
    [`src/functions/${symbol}.ts`]: plain.function(symbol),
  })

const never = { skip: () => expect.unreachable('EKUIPER is set') }

withEngine2('kplug/testing/engine', () => {
  afterEach(() => vi.unstubAllEnvs())

  const inOwnEngine = (run: Parameters<typeof withEngine>[0]): Promise<void> => {
    vi.stubEnv('EKUIPER', inject('ekuiper')?.folder)
    return withEngine(run)(never)
  }

  test(
    'gives a test an engine with the package of a project, rows in and rows out, and stops it',
    async () => {
      let url = ''
      await inOwnEngine(async engine => {
        url = engine.url
        await engine.install(project())
        await engine.stream('demo', [{ n: 1 }, { n: 2 }])
        const rule = await engine.rule(`SELECT ${name}(n) AS n FROM demo`)
        expect(await rule.rows(3)).toEqual([{ n: 1 }, { n: 2 }, { n: 1 }])
        expect(await rule.rows(1)).toEqual([{ n: 2 }])
        expect(await rule.status()).toMatchObject({ status: 'running' })
      })
      expect(await answers(url)).toBe(false)
    },
    minute,
  )

  test(
    'refuses unsupported engines and projects in one sentence',
    async () => {
      await inOwnEngine(async engine => {
        await expect(engine.rule('SELECT 1 AS a FROM none')).rejects.toThrow('no package is installed')
        const broken = folderWith({
          'package.json': manifest(),
          'src/functions/Broken.ts': 'export const a = 1\n',
        })
        await expect(engine.install(broken)).rejects.toThrow('[symbol-missing]')
        await engine.install(project())
        await expect(engine.rule('SELECT 1 AS a FROM none')).rejects.toThrow('none')
      })
    },
    minute,
  )

  test(
    'stops the engine of a killed test',
    async () => {
      vi.stubEnv('EKUIPER', inject('ekuiper')?.folder)
      const code = `import { withEngine } from ${JSON.stringify(path.join(repository, 'dist', 'testing-engine.js'))}
        await withEngine(async ({ url }) => { console.log(url); await new Promise(resolve => setTimeout(resolve, ${minute})) })()`
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
      expect(await answers(url)).toBe(true)
      child.kill('SIGKILL')
      await until('the engine is gone', async () => !(await answers(url)))
    },
    minute,
  )
})

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  )
