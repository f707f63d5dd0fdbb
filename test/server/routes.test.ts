import { describe, expect, test } from 'vitest'
import { kplugVersion } from '../../src/project/installation.js'
import { putPackage, serving } from '../support/serving.js'

/** The value of a body, which a test gets byte for byte. */
const jsonOf = (body: string): unknown => JSON.parse(Buffer.from(body, 'latin1').toString())

const plugins = {
  'plugins/sources/Ticks@v0.9.0.js': '',
  'plugins/sources/Ticks@v0.10.0.js': '',
  'plugins/sources/plain.js': '',
  'plugins/sinks/Lamp@20200331.so': '',
  'plugins/functions/Twice@v1.0.0-rc.1.js': '',
}

const json = 'application/json'
const text = 'text/plain; charset=utf-8'

describe('plugins are served in the engine’s format', () => {
  test.each([
    ['/plugins/sources', '["plain","ticks"]'],
    ['/plugins/sinks', '["lamp"]'],
    ['/plugins/functions', '["twice"]'],
    ['/plugins/sources/ticks', '{"name":"ticks","version":"0.10.0"}'],
    ['/plugins/sources/plain', '{"name":"plain","version":""}'],
    ['/plugins/sinks/lamp', '{"name":"lamp","version":"20200331"}'],
    ['/plugins/functions/twice', '{"name":"twice","version":"1.0.0-rc.1"}'],
    ['/plugins/udfs', '["twice"]'],
    ['/plugins/udfs/twice', '{"name":"twice","plugin":"twice"}'],
    ['/plugins/sources?x=1', '["plain","ticks"]'],
    ['/plugins/sources/%74icks', '{"name":"ticks","version":"0.10.0"}'],
    ['/plugins%2fsources', '["plain","ticks"]'],
  ])('%s', async (path, body) => {
    const { ask } = await serving(plugins)
    expect(await ask(path)).toMatchObject({ status: 200, type: json, body })
  })

  test('a missing folder is empty', async () => {
    const { ask } = await serving()
    for (const path of ['sources', 'sinks', 'functions', 'udfs', 'portables'])
      expect(await ask(`/plugins/${path}`)).toMatchObject({ status: 200, body: '[]' })
  })
})

describe('packages are served in the engine’s format', () => {
  const things = {
    name: 'things',
    version: '1.10.0',
    language: 'go',
    executable: 'things',
    sources: ['ticks'],
    sinks: ['lamp'],
    functions: ['twice'],
  }

  async function packed() {
    const served = await serving()
    await putPackage(served.folder, { version: '1.9.0' })
    await putPackage(served.folder, { version: '1.10.0' })
    return served
  }

  test.each([
    ['/plugins/portables', [things]],
    ['/plugins/portables/things', things],
    ['/metadata/sources', [{ name: 'ticks', about: aboutOf('Ticks'), type: 'portable' }]],
    ['/metadata/sources?kind=lookup', []],
    ['/metadata/sinks', [{ name: 'lamp', about: aboutOf(''), type: 'portable' }]],
    ['/metadata/sources/ticks', sourceMetadata()],
    ['/metadata/sinks/lamp', sinkMetadata()],
  ])('%s', async (path, value) => {
    const { ask } = await packed()
    const { status, type, body } = await ask(path)
    expect({ status, type, value: jsonOf(body) }).toEqual({ status: 200, type: json, value })
  })

  test('the metadata of functions is that of the package', async () => {
    const { ask } = await packed()
    const { body } = await ask('/metadata/functions')
    expect(body).toMatch(/^\[\{"about":\{"trial":false,/)
    expect(jsonOf(body)).toMatchObject([
      { name: 'twice', about: { description: { en_US: 'Doubles' } }, functions: [{ name: 'twice' }] },
    ])
  })

  function aboutOf(description: string) {
    return {
      trial: false,
      installed: true,
      author: { name: 'Ada', email: '', company: '', website: '' },
      helpUrl: { en: '', zh: '' },
      // A text that is not translated is English in both.
      description: { en: description, zh: description },
    }
  }

  function fieldOf(field: {
    name: string
    type: string
    control: string
    default: unknown
    values?: unknown
  }) {
    return { exist: false, connection_related: false, optional: true, values: null, ...field }
  }

  function node(category: string, name: string) {
    return { category, icon: 'iconPath', label: { en_US: name, zh_CN: name }, kplug: kplugVersion() }
  }

  function sourceMetadata() {
    return {
      about: aboutOf('Ticks'),
      libs: [],
      dataSource: {
        default: '',
        hint: { en_US: 'The DATASOURCE of the stream', zh_CN: '流的 DATASOURCE' },
        label: { en_US: 'Data source', zh_CN: '数据源' },
      },
      properties: {
        default: [
          {
            ...fieldOf({ name: 'interval', type: 'int', control: 'text', default: 5 }),
            hint: { en: 'Milliseconds', zh: 'Milliseconds' },
            label: { en: 'Interval', zh: 'Interval' },
          },
        ],
      },
      node: node('source', 'Ticks'),
      type: 'portable',
    }
  }

  function sinkMetadata() {
    const hint =
      'Wait for the sink after each item. The engine retries and caches only what the sink can refuse.'
    const chinese = '每条数据都等待 sink 确认。只有 sink 可以拒绝的数据才会被重试和缓存。'
    return {
      about: aboutOf(''),
      libs: [],
      properties: [
        {
          ...fieldOf({
            name: 'requireAck',
            type: 'bool',
            control: 'radio',
            default: true,
            values: [true, false],
          }),
          hint: { en: hint, zh: chinese },
          label: { en: 'Require acknowledgement', zh: '需要确认' },
        },
      ],
      node: node('sink', 'Lamp'),
      type: 'portable',
    }
  }
})

describe('a missing name is refused with the engine’s message', () => {
  const invalid = 'contains invalid characters: only alphanumeric, hyphens and underscores are allowed'
  test.each([
    ['/plugins/sources/none', 404, 1002, 'describe sources plugin none error: not found'],
    ['/plugins/sinks/none', 404, 1002, 'describe sinks plugin none error: not found'],
    ['/plugins/functions/none', 404, 1002, 'describe functions plugin none error: not found'],
    ['/plugins/udfs/none', 404, 1002, 'describe function none error: not found'],
    ['/plugins/portables/none', 404, 1002, 'describe portable plugin none error: not found'],
    ['/plugins/portables/a%22b', 404, 1002, 'describe portable plugin a"b error: not found'],
    ['/packages/none.zip', 404, 1002, 'describe package none error: not found'],
    ['/metadata/sources/none', 400, 5000, 'This plugin was not found:none'],
    ['/metadata/sinks/none', 400, 5000, 'This plugin was not found:none'],
    ['/plugins/sources/n%20ne', 400, 1000, `id 'n ne' ${invalid}`],
    ['/plugins/sources/%20ne', 400, 1000, "id ' ne' contains leading or trailing whitespace"],
    ['/plugins/sinks/a%00b', 400, 1000, `id 'a\u0000b' ${invalid}`],
    ['/plugins/udfs/a%5cb', 400, 1000, `id 'a\\b' ${invalid}`],
    // Not the spelling: the engine's names are exact too.
    ['/plugins/sources/Ticks', 404, 1002, 'describe sources plugin Ticks error: not found'],
  ])('%s: %i, error %i', async (path, status, error, message) => {
    const { ask } = await serving(plugins)
    const reply = await ask(path)
    expect(reply).toMatchObject({ status, type: text })
    expect(JSON.parse(reply.body)).toEqual({ error, message })
    expect(reply.body.endsWith('}\n')).toBe(true)
  })

  test.each(['/nosuch', '/plugins', '/plugins/', '/plugins/sources/', '/plugins/sources/a/b', '/metadata'])(
    'not found: %s',
    async path => {
      const { ask } = await serving(plugins)
      expect(await ask(path)).toMatchObject({ status: 404, type: text, body: '404 page not found\n' })
    },
  )

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is not allowed anywhere', async method => {
    const { ask } = await serving(plugins)
    for (const path of ['/', '/plugins/sources', '/plugins/sources/ticks', '/plugins/portables/x'])
      expect(await ask(path, { method })).toMatchObject({
        status: 405,
        body: '',
        headers: { allow: 'GET, HEAD, OPTIONS' },
      })
    expect(await ask('/nosuch', { method })).toMatchObject({ status: 404 })
  })

  test('OPTIONS lists the allowed methods, and permits no other site to read', async () => {
    const { ask } = await serving(plugins)
    const { status, headers } = await ask('/plugins/sources', {
      method: 'OPTIONS',
      headers: { origin: 'http://a.b' },
    })
    expect(status).toBe(200)
    expect(headers['allow']).toBe('GET, HEAD, OPTIONS')
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })
})

test.each([
  ['//plugins/sources', '/plugins/sources'],
  ['/plugins/../plugins/sources', '/plugins/sources'],
  ['/plugins/%2e%2e/plugins/sinks?x=1', '/plugins/sinks?x=1'],
  ['/plugins/sources//ti%63ks', '/plugins/sources/ticks'],
])('%s is redirected to %s', async (path, location) => {
  const { ask } = await serving(plugins)
  expect(await ask(path)).toMatchObject({ status: 301, headers: { location } })
})

test('a redirect out of the routes is not found, so nobody is sent elsewhere', async () => {
  const { ask } = await serving(plugins)
  for (const path of ['/plugins/sources/..%2f..%2fetc', '//evil.example/', '/%5cevil.example/..', '/..'])
    expect((await ask(path)).headers.location ?? '/').toBe('/')
})

test('the root describes the server like the engine’s, with its name', async () => {
  const { ask } = await serving()
  const { status, type, body } = await ask('/')
  expect({ status, type }).toEqual({ status: 200, type: text })
  expect(JSON.parse(body)).toEqual({
    name: 'kplug',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    os: expect.stringMatching(/^[a-z]+$/),
    arch: expect.stringMatching(/^[a-z0-9]+$/),
    upTimeSeconds: expect.any(Number),
  })
})
