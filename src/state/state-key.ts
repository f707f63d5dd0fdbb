declare const valueType: unique symbol

/** A key of the state whose values have one type. `stateKey` makes it. */
export interface StateKey<T> {
  readonly name: string
  /** Only the compiler knows this property. */
  readonly [valueType]?: T
}

/**
 * Names a key of the state and the type of its values, so that `putState` accepts only those and `getState` returns
 * them. `stateKey<number>('last')` and `'last'` are the same key.
 *
 * @example
 * const last = stateKey<{ at: number; celsius: number }>('last')
 * const ctx = createContext()
 * await ctx.putState(last, { at: 1, celsius: 21.5 })
 * expect((await ctx.getState(last))?.celsius).toBe(21.5)
 */
export function stateKey<T>(name: string): StateKey<T> {
  return { name }
}
