import { type Driver, type Storage, type Stored, sum } from './driver.js'

/** State that is lost with the store. A plugin whose state is closed and opened again finds its data. */
export function memoryDriver(): Driver {
  const plugins = new Map<string, Map<string, Stored>>()
  return {
    open(kind, name) {
      const id = `${kind}/${name}`
      const stored = plugins.get(id) ?? new Map<string, Stored>()
      plugins.set(id, stored)
      return memoryStorage(stored)
    },
    close() {
      plugins.clear()
    },
  }
}

function memoryStorage(stored: Map<string, Stored>): Storage {
  return {
    get: key => stored.get(key),
    put(key, bytes) {
      stored.set(key, Buffer.from(bytes))
    },
    delete(key) {
      stored.delete(key)
    },
    add(key, amount) {
      const count = sum(stored.get(key), amount)
      stored.set(key, count)
      return count
    },
    close() {},
  }
}
