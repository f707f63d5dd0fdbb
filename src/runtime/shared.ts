/** A resource that several rules use. The first one opens it, and it is closed with the last one. */
interface Shared {
  value: Promise<unknown>
  close: (value: unknown) => unknown
  holders: number
}

const pool = new Map<string, Shared>()

/** The shared resources that one instance uses. */
export class Holdings {
  readonly #keys = new Set<string>()

  /** Uses the resource of a key, and opens it if nobody has. After a failure the next call opens it again. */
  async take<T>(key: string, open: () => T | Promise<T>, close: (value: T) => unknown): Promise<T> {
    const shared = pool.get(key) ?? opened(key, open, close)
    if (!this.#keys.has(key)) {
      this.#keys.add(key)
      shared.holders += 1
    }
    try {
      // All who share a key share one resource, so the type of the first is the type of all.
      return (await shared.value) as T
    } catch (error) {
      this.#keys.delete(key)
      if (pool.get(key) === shared) pool.delete(key)
      throw error
    }
  }

  /** Releases all resources, and closes those that nobody else uses. */
  async release(): Promise<void> {
    const keys = [...this.#keys]
    this.#keys.clear()
    await Promise.all(keys.map(letGo))
  }
}

function opened<T>(key: string, open: () => T | Promise<T>, close: (value: T) => unknown): Shared {
  const value = Promise.resolve().then(open)
  value.catch(() => {})
  // `close` only ever receives what `open` returned.
  const shared = { value, close: close as Shared['close'], holders: 0 }
  pool.set(key, shared)
  return shared
}

async function letGo(key: string): Promise<void> {
  const shared = pool.get(key)
  if (shared === undefined) return
  shared.holders -= 1
  if (shared.holders > 0) return
  pool.delete(key)
  await shared.close(await shared.value)
}
