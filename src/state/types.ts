import { isObjectLike } from '../data/object.js'

/** Converts the instances of a class to data and back. `encode` may return any value that the state can hold. */
export interface TypeCodec<T, D> {
  encode(instance: T): D
  decode(data: D): T
}

/** A class that was registered. */
export interface RegisteredType {
  readonly name: string
  readonly prototype: object
  readonly codec?: TypeCodec<object, unknown> | undefined
}

interface Registry {
  byName: Map<string, RegisteredType>
  byPrototype: WeakMap<object, RegisteredType>
}

type Class<T> = abstract new (...args: never[]) => T

const registryKey = Symbol.for('kplug.types')

/**
 * Registers a class with the state, under a name that stays the same for as long as its instances are stored. Without a
 * codec an instance is kept as its own properties, and returns with the class's prototype but without a call of the
 * constructor; a class with `#private` fields, or one that extends `Map` or another built-in, needs a codec.
 *
 * A second call with the same name replaces the class for what is read from then on: this is how a newer version of a
 * plugin takes over. Instances of the older class are still written under that name.
 *
 * @example
 * registerType('Point', Point)
 * registerType('Money', Money, { encode: money => money.toString(), decode: text => Money.parse(text) })
 */
export function registerType<T extends object, D = unknown>(
  name: string,
  type: Class<T>,
  codec?: TypeCodec<T, D>,
): void {
  if (typeof name !== 'string' || name === '') {
    throw new Error(
      `Cannot register type ${JSON.stringify(name)}: its name must be a string that is not empty`,
    )
  }
  const prototype: unknown = typeof type === 'function' ? type.prototype : undefined
  if (!isObjectLike(prototype)) {
    throw new Error(`Cannot register type "${name}": the second argument must be a class`)
  }
  if (codec && (typeof codec.encode !== 'function' || typeof codec.decode !== 'function')) {
    throw new Error(`Cannot register type "${name}": give both encode and decode, or neither`)
  }
  // The registry holds classes of every kind. Each codec only ever sees instances and data of its own type.
  const registered: RegisteredType = { name, prototype, codec }
  registry().byName.set(name, registered)
  registry().byPrototype.set(prototype, registered)
}

export const typeOfInstance = (prototype: object): RegisteredType | undefined =>
  registry().byPrototype.get(prototype)

export const typeByName = (name: string): RegisteredType | undefined => registry().byName.get(name)

// Every built plugin carries its own copy of this module, so the registry lives where all copies find it.
function registry(): Registry {
  const shared = globalThis as { [registryKey]?: Registry }
  shared[registryKey] ??= { byName: new Map(), byPrototype: new WeakMap() }
  return shared[registryKey]
}
