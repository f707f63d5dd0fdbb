import { isObjectLike } from '../data/object.js'
import type * as z from 'zod/mini'
import { type Answer, json, type Whole } from './answer.js'
import type { Inventory } from './inventory.js'
import { type SchemaName, schemas } from './schemas.js'

/** The description of a server. */
export interface ServerFacts {
  version: string
  demandsToken: boolean
  upTimeSeconds: () => number
}

/** The parts of a request that a route uses. */
interface Question {
  inventory: Inventory
  server: ServerFacts
  /** The value of `{name}`. */
  name: string
  query: URLSearchParams
  /** The `Accept` header. */
  accept: string
}

/** A path of the API. */
export interface Route {
  /** In the syntax of OpenAPI. */
  path: string
  summary: string
  /** The body of a successful response, by content type: the name of its schema, or a JSON Schema. */
  content: Readonly<Record<string, SchemaName | object>>
  refusals?: readonly (400 | 404)[]
  /** The query parameters, with descriptions. */
  query?: Readonly<Record<string, string>>
  /** Whether the response is the same for all clients while the inventory does not change. */
  steady: boolean
  answer(question: Question): Answer
}

interface JsonRoute<N extends SchemaName> extends Omit<Route, 'answer' | 'content' | 'steady'> {
  schema: N
  find: (question: Question) => z.input<(typeof schemas)[N]> | Refused
}

/** What a route returns to refuse a request: the response with the reason. */
interface Refused {
  refused: Whole
}

export const refused = (answer: Whole): Refused => ({ refused: answer })

/** A route with a JSON response. The schema that describes it also validates it. */
export function jsonRoute<N extends SchemaName>({ find, schema, ...route }: JsonRoute<N>): Route {
  return {
    ...route,
    content: { 'application/json': schema },
    steady: true,
    answer(question) {
      const found = find(question)
      if (isRefused(found)) return found.refused
      // Validated, then sent unchanged: parsing would change the order of the keys.
      schemas[schema].parse(found)
      return json(found)
    },
  }
}

const isRefused = (found: unknown): found is Refused => isObjectLike(found) && 'refused' in found
