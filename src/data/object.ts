/** Whether a value is an object of any kind, including arrays and instances. */
export const isObjectLike = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Whether a value is a JSON object: neither null nor an array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  isObjectLike(value) && !Array.isArray(value)

/** The own property of an object of any kind; undefined for any other value. */
export const ownField = (value: unknown, key: PropertyKey): unknown =>
  isObjectLike(value) && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
