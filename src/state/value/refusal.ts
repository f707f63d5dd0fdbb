import { types } from 'node:util'

/** One step of a path: a property, an index of an array or a set, or a key of a map. */
export type Step = string | number | { key: unknown }

/** `rows[2].at`, `byName.get("x").at`, `["odd name"]`; empty for the value itself. */
export function pathText(steps: readonly Step[]): string {
  return steps.map(stepText).join('').replace(/^\./, '')
}

function stepText(step: Step): string {
  if (typeof step === 'number') return `[${step}]`
  if (typeof step === 'string')
    return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
  const { key } = step
  if (typeof key === 'number' || typeof key === 'bigint') return `.get(${key})`
  return typeof key === 'string' ? `.get(${JSON.stringify(key)})` : '.get(…)'
}

/** Why this value cannot be kept, and what to do about it. */
export function whyNot(value: unknown): string {
  if (typeof value === 'function') return 'is a function, and state is data: leave it out'
  if (typeof value === 'symbol') return 'is a symbol, which no other process knows: use a string'
  if (types.isPromise(value)) return 'is a promise: await it, and put its result'
  if (types.isWeakMap(value)) return 'is a WeakMap, whose entries cannot be listed: use a Map'
  if (types.isWeakSet(value)) return 'is a WeakSet, whose members cannot be listed: use a Set'
  const name = className(value)
  if (name === '') return 'is an instance of a class without a name: register it with registerType'
  return `is an instance of "${name}", a class that nobody registered: register it with registerType("${name}", ${name})`
}

export function className(value: unknown): string {
  const constructor: unknown = (value as { constructor?: unknown }).constructor
  return typeof constructor === 'function' ? constructor.name : ''
}
