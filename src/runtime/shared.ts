/** Something that several rules use at once: opened by the first, closed with the last. */
interface Shared {
  value: Promise<unknown>
  close: (value: unknown) => unknown
  holders: number
}

const pool = new Map<string, Shared>()

/** What one instance holds of the shared things of its process. */
export class Holdings {
  readonly #keys = new Set<string>()

  /** Takes part in what is shared under a key, opening it where nobody has. What cannot be opened is tried anew next time. */
  async take<T>(key: string, open: () => T | Promise<T>, close: (value: T) => unknown): Promise<T> {
    const shared = pool.get(key) ?? opened(key, open, close)
    if (!this.#keys.has(key)) {
      this.#keys.add(key)
      shared.holders += 1
    }
    try {
      // Whoever shares a key shares what it opens: the first one's type is everybody's.
      return (await shared.value) as T
    } catch (error) {
      this.#keys.delete(key)
      if (pool.get(key) === shared) pool.delete(key)
      throw error
    }
  }

  /** Lets go of everything; what nobody holds any more is closed. */
  async release(): Promise<void> {
    const keys = [...this.#keys]
    this.#keys.clear()
    await Promise.all(keys.map(letGo))
  }
}

function opened<T>(key: string, open: () => T | Promise<T>, close: (value: T) => unknown): Shared {
  const value = Promise.resolve().then(open)
  value.catch(() => {})
  // Only what `open` made is ever handed to `close`.
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
