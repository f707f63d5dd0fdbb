import type { Row } from '../contract.js'

export type { Row }

/** Whether a value is a plain object: `{}`, or one without a prototype. Arrays, dates, maps and instances are none. */
export function isRow(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || isRootOfRealm(prototype)
}

// Each realm (a vm context, say) has an Object.prototype of its own.
function isRootOfRealm(prototype: unknown): boolean {
  if (typeof prototype !== 'object' || prototype === null) return false
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}
