import * as z from 'zod/mini'
import { capital } from '../errors/words.js'
import type { Route, ServerFacts } from './route.js'
import { schemas } from './schemas.js'

/** The OpenAPI 3.1 document of the routes, generated from the schemas that also validate the responses. */
export function openApi(routes: readonly Route[], { version, demandsToken }: ServerFacts): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'kplug serve',
      version,
      description:
        'The contents of a plugins folder and its packages, in the format of the REST API of eKuiper',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    ...(demandsToken ? { security: [{ token: [] }, { password: [] }] } : {}),
    paths: Object.fromEntries(routes.map(route => [route.path, { get: operationOf(route) }])),
    components: {
      schemas: componentSchemas(),
      ...(demandsToken ? { securitySchemes } : {}),
    },
  }
}

const securitySchemes = {
  token: { type: 'http', scheme: 'bearer' },
  password: { type: 'http', scheme: 'basic', description: 'Any user name, with the token as the password' },
}

const refusals = {
  400: 'The name is invalid or unknown',
  404: 'The name is unknown',
}

function operationOf(route: Route) {
  const { path, summary, refusals: statuses = [] } = route
  const parameters = parametersOf(route)
  return {
    operationId: operationId(path),
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: {
      200: response('The requested data', route.content),
      304: { description: 'The version in "If-None-Match" is current' },
      ...Object.fromEntries(
        statuses.map(status => [status, response(refusals[status], { 'text/plain': 'Error' })]),
      ),
    },
  }
}

const response = (description: string, content: Route['content']) => ({
  description,
  content: Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [
      type,
      { schema: typeof schema === 'string' ? { $ref: uri(schema) } : schema },
    ]),
  ),
})

function parametersOf({ path, query = {} }: Route) {
  const name = { name: 'name', in: 'path', required: true, schema: { type: 'string' } }
  const asked = Object.entries(query).map(([key, description]) => ({
    name: key,
    in: 'query',
    description,
    schema: { type: 'string' },
  }))
  return [...(path.includes('{name}') ? [name] : []), ...asked]
}

/** `/plugins/sources/{name}` → `getPluginsSourcesName`. */
const operationId = (path: string): string =>
  ['get', ...(path === '/' ? ['root'] : path.split(/[^a-z]+/i)).map(capital)].join('')

const uri = (id: string): string => `#/components/schemas/${id}`

function componentSchemas(): Record<string, object> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id })
  const made = z.toJSONSchema(registry, { uri }).schemas
  return Object.fromEntries(
    Object.entries(made).map(([id, { $id: _id, $schema: _dialect, ...schema }]) => [id, schema]),
  )
}
