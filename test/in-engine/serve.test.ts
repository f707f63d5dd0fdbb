// The same requests to `kplug serve` and to a real eKuiper that has installed the package from it.
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { does, startEngine, withEngine } from '../support/engine-under-test.js'
import { plain, projectWith } from '../support/folder.js'
import { kplug } from '../support/io.js'
import { ask, type Reply } from '../support/serving.js'
import { startServer } from '../../src/server/server.js'

const token = 's3cret'

const about = `export const about = { description: 'Counts', helpUrl: 'https://a.example', args: [{ name: 'value', type: 'int' }] }`
const config = `import * as z from 'zod'
export const config = z.object({
  every: z.number().int().default(1000).describe('Milliseconds'),
  mode: z.enum(['up', 'down']).default('up'),
  exact: z.boolean().default(false),
  hosts: z.array(z.string()).default(['a', 'b']),
  label: z.string().optional(),
})
`

/** A project with one plugin of each kind, of names that no other test has, packed. */
async function packedProject(): Promise<string> {
  const project = projectWith(
    {
      'src/sources/ServeTestSource.ts': config + plain.source('ServeTestSource', about),
      'src/sinks/ServeTestSink.ts': config + plain.sink('ServeTestSink', about),
      'src/functions/ServeTestFunction.ts': plain.function('ServeTestFunction', about),
    },
    { author: { name: 'Ada', email: 'ada@a.example' } },
  )
  expect(await kplug(project, 'pack', '--name', 'serve_test')).toMatchObject({ code: 0 })
  return project
}

/** Serves the packages of a project beside a plugins folder without plugins, which is what the engine has. */
async function serve(project: string): Promise<string> {
  const server = await startServer({
    folders: { plugins: path.join(project, 'none'), packages: path.join(project, 'dist') },
    host: '127.0.0.1',
    port: 0,
    token,
    warn: sentence => expect.unreachable(sentence),
  })
  onTestFinished(() => server.stop())
  return server.url
}

const headers = { authorization: `Bearer ${token}` }

// What 2.4 answers; earlier ones look for a plugin of any name, and 1.x does not quote it.
const namesAreChecked = [
  '/plugins/sources/n%20ne',
  '/plugins/sources/%20none',
  '/plugins/sinks/%3Cb%3E',
  '/plugins/udfs/a%22b',
  '/plugins/functions/a%5cb',
]
const namesAreQuoted = ['/plugins/portables/a%22b', '/metadata/sources/a%22b']
const differing = new Set([
  ...(does('checksNames') ? [] : namesAreChecked),
  ...(does('quotesNames') ? [] : namesAreQuoted),
])

const same: [method: string, path: string][] = [
  ['GET', '/plugins/sources'],
  ['GET', '/plugins/sinks'],
  ['GET', '/plugins/functions'],
  ['GET', '/plugins/udfs'],
  ['GET', '/plugins/sources?x=1'],
  ['GET', '/plugins/sources/none'],
  ['GET', '/plugins/sinks/none'],
  ['GET', '/plugins/functions/none'],
  ['GET', '/plugins/udfs/none'],
  ['GET', '/plugins/udfs/serveTestFunction'],
  ['GET', '/plugins/portables/none'],
  ['GET', '/plugins/portables/a%22b'],
  ['GET', '/plugins/sources/n%20ne'],
  ['GET', '/plugins/sources/%20none'],
  ['GET', '/plugins/sinks/%3Cb%3E'],
  ['GET', '/plugins/udfs/a%22b'],
  ['GET', '/plugins/functions/a%5cb'],
  ['GET', '/plugins/sources/a%2fb'],
  ['GET', '/plugins%2fsources'],
  ['GET', '/plugins/sources/%6eone'],
  ['GET', '/plugins/sources/..%2fsinks'],
  ['GET', '//plugins/sources'],
  ['GET', '/plugins/../plugins/sources?x=1'],
  ['GET', '/plugins/sources/%2e'],
  ['GET', '/metadata/sources/none'],
  ['GET', '/metadata/sinks/none'],
  ['GET', '/metadata/sources/a%22b'],
  ['GET', '/metadata/sources/serveTestSource'],
  ['GET', '/metadata/sinks/serveTestSink'],
  ['GET', '/plugins'],
  ['GET', '/plugins/'],
  ['GET', '/plugins/sources/'],
  ['GET', '/plugins/sources/a/b'],
  ['GET', '/metadata'],
  ['GET', '/metadata/functions/serveTestFunction'],
  ['GET', '/metadata/sources/a/b'],
  ['GET', '/nosuch'],
  ['POST', '/nosuch'],
  ['PUT', '/plugins/sources'],
  ['DELETE', '/plugins/sinks'],
  ['PATCH', '/plugins/functions'],
  ['POST', '/plugins/udfs'],
  ['PUT', '/plugins/udfs/none'],
  ['DELETE', '/plugins/portables'],
  ['PATCH', '/plugins/portables/serve_test'],
  ['POST', '/metadata/functions'],
  ['DELETE', '/metadata/sources'],
  ['PUT', '/metadata/sources/serveTestSource'],
  ['OPTIONS', '/plugins/sources'],
]

/** What must be the same: status, type, where it leads, and the body to the letter. */
const exactly = ({ status, type, headers: { location }, body }: Reply) => ({ status, type, location, body })

/** The same of an answer that differs in values: whose it is, or what else an engine has. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map(item => JSON.stringify(shapeOf(item))))]
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  const keys = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(keys.map(([key, item]) => [key, shapeOf(item)]))
}

/** Only what is ours of a list that holds the engine's own, too. */
const ours = (body: string): { name?: string }[] =>
  (JSON.parse(body) as { name?: string }[]).filter(({ name }) => name?.startsWith('serve'))

withEngine('beside a real engine', () => {
  test('it responds like an engine that has installed its package', async () => {
    const url = await serve(await packedProject())
    const engine = await startEngine({ KUIPER__BASIC__ENABLEPRIVATENET: 'true' })
    onTestFinished(() => engine.end())
    const both = async (target: string, method = 'GET') => ({
      theirs: await ask(engine.url + target, { method }),
      own: await ask(url + target, { method, headers }),
    })

    const address = url.replace('://', `://kplug:${token}@`)
    const install = JSON.stringify({ name: 'serve_test', file: `${address}/packages/serve_test.zip` })
    const installed = await ask(`${engine.url}/plugins/portables`, { method: 'POST', body: install })
    expect(installed).toMatchObject({ status: 201, body: 'portable plugin serve_test is created' })

    const differences: unknown[] = []
    for (const [method, target] of same.filter(([, where]) => !differing.has(where))) {
      const { theirs, own } = await both(target, method)
      const [a, b] = [exactly(theirs), exactly(own)]
      if (JSON.stringify(a) !== JSON.stringify(b)) differences.push({ method, target, engine: a, kplug: b })
    }
    expect(differences).toEqual([])

    for (const target of ['/plugins/portables', '/plugins/portables/serve_test']) {
      const { theirs, own } = await both(target)
      expect({ status: own.status, type: own.type }).toEqual({ status: theirs.status, type: theirs.type })
      expect(shapeOf(JSON.parse(own.body))).toEqual(shapeOf(JSON.parse(theirs.body)))
    }
    for (const target of ['/metadata/sources', '/metadata/sinks', '/metadata/functions']) {
      const { theirs, own } = await both(target)
      expect({ status: own.status, type: own.type }).toEqual({ status: theirs.status, type: theirs.type })
      expect(ours(own.body)).toEqual(ours(theirs.body).slice(0, 1))
      expect(ours(own.body).length).toBe(1)
    }
    const root = await both('/')
    expect(root.own).toMatchObject({ status: root.theirs.status, type: root.theirs.type })
    expect(shapeOf(JSON.parse(root.theirs.body))).toMatchObject({
      version: 'string',
      upTimeSeconds: 'number',
    })

    const removed = await ask(`${engine.url}/plugins/portables/serve_test`, { method: 'DELETE' })
    expect(removed.status).toBe(200)
  })
})
