import { type Driver, type Entries, type Entry, sum } from './driver.js'

/** State that ends with the store. A space that is closed and opened again finds what it left. */
export function memoryDriver(): Driver {
  const spaces = new Map<string, Map<string, Entry>>()
  return {
    open(kind, name) {
      const id = `${kind}/${name}`
      const entries = spaces.get(id) ?? new Map<string, Entry>()
      spaces.set(id, entries)
      return memoryEntries(entries)
    },
    close() {
      spaces.clear()
    },
  }
}

function memoryEntries(entries: Map<string, Entry>): Entries {
  return {
    get: key => entries.get(key),
    put(key, bytes) {
      entries.set(key, Buffer.from(bytes))
    },
    delete(key) {
      entries.delete(key)
    },
    add(key, amount) {
      const count = sum(entries.get(key), amount)
      entries.set(key, count)
      return count
    },
    close() {},
  }
}
