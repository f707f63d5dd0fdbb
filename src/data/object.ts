/** Whether a value is an object of any kind, as an array or an instance is too. */
export const isObjectLike = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Whether a value is an object of JSON: neither null nor an array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  isObjectLike(value) && !Array.isArray(value)

/** What an object of any kind has itself under a key; any other value has nothing. */
export const ownField = (value: unknown, key: PropertyKey): unknown =>
  isObjectLike(value) && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
