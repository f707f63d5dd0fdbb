import type { Schema } from './schema.js'

/** How a schema looked at the properties. */
export interface Looks {
  /** The keys that it asked for by name, whether they were there or not. */
  readonly names: ReadonlySet<string>
  /** Whether it also asked which keys there are, as schemas do that refuse or keep unknown ones. */
  readonly listed: boolean
}

/**
 * Finds the keys that a schema knows, whichever library made it: it validates an object that notes what it is asked
 * for. The standard has no other way: its JSON Schema is optional, and an output says nothing of renamed keys.
 */
export async function watch(schema: Schema, props: Record<string, unknown>): Promise<Looks> {
  const names = new Set<string>()
  let listed = false
  const note = (key: PropertyKey): void => {
    if (typeof key === 'string') names.add(key)
  }
  const watched = new Proxy<Record<string, unknown>>(
    {},
    {
      get(target, key) {
        note(key)
        return typeof key === 'string' && Object.hasOwn(props, key) ? props[key] : Reflect.get(target, key)
      },
      has(target, key) {
        note(key)
        return Object.hasOwn(props, key) || Reflect.has(target, key)
      },
      getOwnPropertyDescriptor(_target, key) {
        note(key)
        const found = Object.getOwnPropertyDescriptor(props, key)
        // A proxy may show what its target lacks only as configurable.
        return found && { ...found, configurable: true }
      },
      ownKeys() {
        listed = true
        return []
      },
    },
  )
  await validateQuietly(schema, watched)
  return { names, listed }
}

// What is wrong with the properties is found by the validation that counts.
async function validateQuietly(schema: Schema, value: unknown): Promise<void> {
  try {
    await schema['~standard'].validate(value)
  } catch {
    // A schema that throws here throws there too.
  }
}
