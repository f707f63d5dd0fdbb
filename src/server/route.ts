import { isObjectLike } from '../data/object.js'
import type * as z from 'zod/mini'
import { type Answer, json, type Whole } from './answer.js'
import type { Inventory } from './inventory.js'
import { type SchemaName, schemas } from './schemas.js'

/** What a server says of itself. */
export interface ServerFacts {
  version: string
  demandsToken: boolean
  upTimeSeconds: () => number
}

/** What is asked of a route. */
interface Question {
  inventory: Inventory
  server: ServerFacts
  /** What stands in the place of `{name}`. */
  name: string
  query: URLSearchParams
  /** The `Accept` header. */
  accept: string
}

/** A path that is answered. */
export interface Route {
  /** As OpenAPI spells it. */
  path: string
  summary: string
  /** What a good answer holds, by content type: the name of its schema, or a JSON Schema. */
  content: Readonly<Record<string, SchemaName | object>>
  refusals?: readonly (400 | 404)[]
  /** What can be asked for behind `?`, with a description. */
  query?: Readonly<Record<string, string>>
  /** Whether it is one answer to everybody, for as long as the inventory is the same. */
  steady: boolean
  answer(question: Question): Answer
}

interface JsonRoute<N extends SchemaName> extends Omit<Route, 'answer' | 'content' | 'steady'> {
  schema: N
  find: (question: Question) => z.input<(typeof schemas)[N]> | Refused
}

/** What a route finds where it refuses: the answer that says why. */
interface Refused {
  refused: Whole
}

export const refused = (answer: Whole): Refused => ({ refused: answer })

/** A route whose answer is JSON, checked against the schema that describes it. */
export function jsonRoute<N extends SchemaName>({ find, schema, ...route }: JsonRoute<N>): Route {
  return {
    ...route,
    content: { 'application/json': schema },
    steady: true,
    answer(question) {
      const found = find(question)
      if (isRefused(found)) return found.refused
      // Checked and then sent as it is: parsing would put the keys into another order.
      schemas[schema].parse(found)
      return json(found)
    },
  }
}

const isRefused = (found: unknown): found is Refused => isObjectLike(found) && 'refused' in found
