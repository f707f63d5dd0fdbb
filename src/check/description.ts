import { withRemedy } from '../problem/make-problem.js'
import { nameOf } from '../plugin/name.js'
import type { Kind } from '../plugin/kind.js'
import type { Problem } from '../problem/problem.js'

/** A plugin that does not say what it does has an empty page in eKuiper's manager. */
export function checkDescription(kind: Kind, symbol: string, about: unknown): Problem[] {
  const description = fieldOf(about, 'description')
  const text = typeof description === 'string' ? description : fieldOf(description, 'en')
  if (typeof text === 'string' && text.trim() !== '') return []
  return [
    withRemedy(
      'description-missing',
      `The ${kind} "${nameOf(symbol)}" does not say what it does`,
      'export "about" with a description',
    ),
  ]
}

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
