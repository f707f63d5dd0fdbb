import type { Driver, Storage } from './driver.js'
import { PlaceState } from './place-state.js'
import type { Codec, PluginState, StateStore } from './store.js'
import { decodeValue } from './value/decode.js'
import { encodeValue } from './value/encode.js'

const largestValue = 256 * 1024 * 1024
// They become folders. So no dot, no slash, and nothing that an operating system interprets.
const folderName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/

/** A store over a driver. */
export function storeOver(driver: Driver): StateStore {
  const open = new Set<PluginState>()
  return {
    async open(kind, name) {
      checkFolderName('kind', kind)
      checkFolderName('name', name)
      const state = pluginState(`${kind} "${name}"`, await driver.open(kind, name), () => open.delete(state))
      open.add(state)
      return state
    },
    async close() {
      try {
        await Promise.all([...open].map(state => state.close()))
      } finally {
        await driver.close()
      }
    },
  }
}

function checkFolderName(what: string, text: string): void {
  if (folderName.test(text)) return
  throw new Error(
    `Cannot open the state of ${what} "${text}": only letters, digits, "_" and "-" make a folder`,
  )
}

function pluginState(plugin: string, storage: Storage, closed: () => void): PluginState {
  let isOpen = true
  const state: PluginState = {
    codec,
    get storage() {
      if (isOpen) return storage
      throw new Error(`the state of ${plugin} is closed`)
    },
    at: place => new PlaceState(() => state, place),
    async close() {
      if (!isOpen) return
      isOpen = false
      closed()
      await storage.close()
    },
  }
  return state
}

const codec: Codec = {
  encode(value) {
    const bytes = encodeValue(value)
    if (bytes.length <= largestValue) return bytes
    throw new Error(
      `it takes ${bytes.length} bytes, and the limit is ${largestValue}: spread it over several keys`,
    )
  },
  decode: decodeValue,
}
