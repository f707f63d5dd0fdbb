import { expect, test } from 'vitest'
import * as z from 'zod'
import { openApi } from '../../src/server/openapi.js'
import { routes } from '../../src/server/routes.js'
import { putPackage, serving } from '../support/serving.js'

const schema = z.record(z.string(), z.unknown())
const content = z.record(z.string().regex(/^\w+\/[\w-]+$/), z.strictObject({ schema }))

/** What OpenAPI 3.1 demands of the parts that we use, and nothing that it does not know. */
const document = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  security: z.optional(z.array(z.record(z.string(), z.array(z.string())))),
  paths: z.record(
    z.string().startsWith('/'),
    z.strictObject({
      get: z.strictObject({
        operationId: z.string().regex(/^[a-zA-Z]+$/),
        summary: z.string(),
        parameters: z.optional(
          z.array(
            z.strictObject({
              name: z.string(),
              in: z.enum(['path', 'query']),
              required: z.optional(z.boolean()),
              description: z.optional(z.string()),
              schema,
            }),
          ),
        ),
        responses: z.record(
          z.string().regex(/^[1-5]\d\d$/),
          z.strictObject({ description: z.string().min(1), content: z.optional(content) }),
        ),
      }),
    }),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), schema),
    securitySchemes: z.optional(
      z.record(z.string(), z.looseObject({ type: z.literal('http'), scheme: z.string() })),
    ),
  }),
})

const make = (demandsToken: boolean) =>
  document.parse(
    JSON.parse(JSON.stringify(openApi(routes, { version: '1.2.3', demandsToken, upTimeSeconds: () => 0 }))),
  )

test('the document is one of OpenAPI 3.1, with and without a token', () => {
  expect(make(false).security).toBeUndefined()
  const { security, components } = make(true)
  expect(security?.flatMap(one => Object.keys(one))).toEqual(Object.keys(components.securitySchemes ?? {}))
})

test('every reference resolves, and every schema is used', () => {
  const made = make(false)
  const text = JSON.stringify(made)
  const used = new Set([...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name))
  expect([...used].map(String).toSorted()).toEqual(Object.keys(made.components.schemas).toSorted())
  expect(text.match(/"\$(id|schema|defs)"/)).toBeNull()
})

test('every operation has a unique name, and every path parameter is described', () => {
  const operations = Object.entries(make(false).paths).map(([path, { get }]) => ({ path, ...get }))
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  for (const { path, parameters = [] } of operations) {
    const inPath = parameters.filter(parameter => parameter.in === 'path')
    expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? [])
    expect(inPath.every(({ required }) => required)).toBe(true)
  }
})

test('the responses match the document', async () => {
  const { ask, folder } = await serving({
    'plugins/sources/Ticks@v1.0.0.js': '',
    'plugins/sinks/Lamp.js': '',
    'plugins/functions/Twice.js': '',
  })
  await putPackage(folder)
  const made = document.parse(JSON.parse((await ask('/openapi.json')).body))
  const names: Record<string, string> = { sources: 'ticks', sinks: 'lamp', functions: 'twice', udfs: 'twice' }
  for (const [path, { get }] of Object.entries(made.paths)) {
    for (const name of [names[path.split('/')[2] ?? ''] ?? 'things', 'none', 'n ne']) {
      const { status, type = '', body } = await ask(path.replace('{name}', encodeURIComponent(name)))
      const described = get.responses[status]?.content?.[type.replace(/;.*/, '')]?.schema
      expect(described, `${path} ${name} ${status} ${type}`).toBeDefined()
      if (type === 'application/zip') continue
      expect(() => checker(made, described ?? {}).parse(JSON.parse(body)), path).not.toThrow()
      if (status === 200 && path !== '/openapi.json')
        expect(() => checker(made, described ?? {}).parse({ odd: 1 })).toThrow()
    }
  }
})

/** The check that a schema of the document stands for. */
function checker(made: z.infer<typeof document>, described: object): z.ZodType {
  const text = JSON.stringify({ ...described, $defs: made.components.schemas })
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')))
}
