import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, expect, inject, test, vi } from 'vitest'
import { withEngine } from '../../src/testing-engine.js'
import { unique } from '../support/engine.js'
import { withEngine2 } from '../support/engine-under-test.js'
import { folderWith, manifest } from '../support/folder.js'
import { kplug } from '../support/io.js'
import { linkPackages } from '../support/linked-packages.js'
import { until } from '../support/until.js'
import { unzip } from '../support/unzip.js'

const name = `vault${unique}`
const symbol = `Vault${unique}`

const secrets = ['tulip-in-the-environment', 'rose-in-a-file'] as const

/** A source that tells everybody its passwords: in its log, in an error that it reports, and in one that it throws. */
const source = `
import { createHash } from 'node:crypto'
import * as z from 'zod'

export const about = { description: 'Opens a vault' }
export const config = z.object({
  first: z.string().meta({ secret: true }),
  second: z.string().meta({ secret: true }),
})

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

export class ${symbol} {
  props = { first: '', second: '' }
  configure(_dataSource: string, props: z.infer<typeof config>) {
    this.props = props
  }
  async *open(ctx: import('kplug').SourceContext) {
    const { first, second } = this.props
    ctx.logger.error(\`logged \${first} and \${second}\`)
    ctx.error(new Error(\`reported \${first} and \${second}\`))
    yield { first: digest(first), second: digest(second) }
    throw new Error(\`thrown \${first}\`, { cause: new Error(\`because of \${second}\`) })
  }
}
`

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

withEngine2('a secret', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('reaches configure from env: and file:, and is in no log, message, zip or REST answer', async () => {
    const project = folderWith({
      'package.json': manifest().replace('"things"', `"${name}"`),
      [`src/sources/${symbol}.ts`]: source,
      secret: `${secrets[1]}\n`,
    })
    linkPackages(project)
    vi.stubEnv('EKUIPER', inject('ekuiper')?.folder)
    vi.stubEnv('KPLUG_TEST_SECRET', secrets[0])
    const said: string[] = []
    const told = withEngine(async engine => {
      await engine.install(project)
      const references = { first: 'env:KPLUG_TEST_SECRET', second: `file:${path.join(project, 'secret')}` }
      await engine.configure(name, 'safe', references)
      const rule = await engine.rule(`
        CREATE STREAM ${name} () WITH (TYPE="${name}", DATASOURCE="x", FORMAT="json", CONF_KEY="safe");
        SELECT * FROM ${name}`)
      expect(await rule.rows(1)).toEqual([{ first: digest(secrets[0]), second: digest(secrets[1]) }])
      await until('the rule shows the error', async () =>
        JSON.stringify(await rule.status()).includes('thrown'),
      )
      said.push(engine.log(), JSON.stringify(await rule.status()))
      for (const resource of resources) said.push(await (await fetch(engine.url + resource)).text())
    })
    await told({ skip: () => expect.unreachable() })
    const pack = await kplug(project, 'pack')
    const zip = fs.readFileSync(path.join(project, 'dist', `${name}-0.1.0.zip`))
    said.push(pack.stdout, pack.stderr, ...unzip(zip).map(({ content }) => content.toString('latin1')))
    expect(said.join('\n')).toMatch(/logged [^]*reported [^]*thrown /)
    for (const secret of secrets) expect(said.filter(text => text.includes(secret))).toEqual([])
  }, 60_000)
})

const resources = [
  '/rules/test1',
  '/rules/test1/status',
  '/rules/test1/topo',
  `/streams/${name}`,
  `/metadata/sources/${name}`,
  `/metadata/sources/yaml/${name}`,
  `/plugins/portables/${name}/status`,
  '/data/export',
]
