import { isRow, type Row } from '../../data/row.js'
import type { Schema } from './schema.js'

/** How a schema looked at an object of the properties. */
export interface Looks {
  /** The keys that it asked for by name, whether they were there or not. */
  readonly names: ReadonlySet<string>
  /** Whether it also asked which keys there are, as schemas do that refuse or keep unknown ones. */
  readonly listed: boolean
  /** How it looked at the objects inside, by key. */
  readonly inner: ReadonlyMap<string, Looks>
}

/**
 * Finds the keys that a schema knows, whichever library made it: it validates an object that notes what it is asked
 * for. The standard has no other way: its JSON Schema is optional, and an output says nothing of renamed keys.
 */
export async function watch(schema: Schema, props: Row): Promise<Looks> {
  const looks = new Noted()
  await validateQuietly(schema, looks.watched(props))
  return looks
}

class Noted implements Looks {
  readonly names = new Set<string>()
  listed = false
  readonly inner = new Map<string, Noted>()

  /** An object that stands for another one, and notes what it is asked for. */
  watched(props: Row): Row {
    return new Proxy<Row>(
      {},
      {
        get: (target, key) => {
          this.#note(key)
          return typeof key === 'string' && Object.hasOwn(props, key)
            ? this.#inside(key, props[key])
            : Reflect.get(target, key)
        },
        has: (target, key) => {
          this.#note(key)
          return Object.hasOwn(props, key) || Reflect.has(target, key)
        },
        getOwnPropertyDescriptor: (_target, key) => {
          this.#note(key)
          const found = Object.getOwnPropertyDescriptor(props, key)
          // A proxy may show what its target lacks only as configurable.
          return found && { ...found, configurable: true }
        },
        ownKeys: () => {
          this.listed = true
          return []
        },
      },
    )
  }

  #note(key: PropertyKey): void {
    if (typeof key === 'string') this.names.add(key)
  }

  #inside(key: string, value: unknown): unknown {
    if (!isRow(value)) return value
    const looks = this.inner.get(key) ?? new Noted()
    this.inner.set(key, looks)
    return looks.watched(value)
  }
}

// What is wrong with the properties is found by the validation that counts.
async function validateQuietly(schema: Schema, value: unknown): Promise<void> {
  try {
    await schema['~standard'].validate(value)
  } catch {
    // A schema that throws here throws there too.
  }
}
