import { isRow, type Row } from '../../data/row.js'
import type { Schema } from './schema.js'

/** How a schema has read an object of the properties. */
export interface Looks {
  /** The keys that it asked for by name, whether they exist or not. */
  readonly names: ReadonlySet<string>
  /** Whether it also enumerated the keys. Schemas that refuse or keep unknown keys do. */
  readonly listed: boolean
  /** How it has read the objects inside, by key. */
  readonly inner: ReadonlyMap<string, Looks>
}

/**
 * Finds the keys that a schema knows, for any library: the schema validates an object that records each access. The
 * standard offers no other way: JSON Schema support is optional, and the output does not show renamed keys.
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

  /** A proxy of an object that records each access. */
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
          // A proxy may report a property that its target lacks only as configurable.
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

// The validation that counts reports what is wrong with the properties.
async function validateQuietly(schema: Schema, value: unknown): Promise<void> {
  try {
    await schema['~standard'].validate(value)
  } catch {
    // A schema that throws here also throws in the validation that counts.
  }
}
