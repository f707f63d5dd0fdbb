import type { Awaitable, Driver, Entries } from './driver.js'
import type { PluginState, State, StateStore } from './store.js'
import type { RulePlace } from '../plugin/rule-place.js'
import { decodeValue } from './value/decode.js'
import { encodeValue } from './value/encode.js'
import { isWellFormed } from './well-formed.js'

const MAX_KEY = 64 * 1024
const MAX_VALUE = 256 * 1024 * 1024
// They become folders: no dot, no slash, nothing that an operating system reads in its own way.
const FOLDER_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/

/** A store over a driver: serialises values, gives each place its own keys, and makes sentences of errors. */
export function storeOver(driver: Driver): StateStore {
  const open = new Set<PluginState>()
  return {
    async open(kind, name) {
      checkFolderName('kind', kind)
      checkFolderName('name', name)
      const space = pluginState(`${kind} "${name}"`, await driver.open(kind, name), () => open.delete(space))
      open.add(space)
      return space
    },
    async close() {
      try {
        await Promise.all([...open].map(space => space.close()))
      } finally {
        await driver.close()
      }
    },
  }
}

function checkFolderName(what: string, text: string): void {
  if (FOLDER_NAME.test(text)) return
  throw new Error(
    `Cannot open the state of ${what} "${text}": only letters, digits, "_" and "-" make a folder`,
  )
}

function pluginState(plugin: string, entries: Entries, closed: () => void): PluginState {
  let current = entries
  return {
    at: place => new PlaceState(() => current, keyPrefix(place)),
    async close() {
      if (current !== entries) return
      current = closedEntries(plugin)
      closed()
      await entries.close()
    },
  }
}

function closedEntries(plugin: string): Entries {
  const refuse = (): never => {
    throw new Error(`the state of ${plugin} is closed`)
  }
  return { get: refuse, put: refuse, delete: refuse, add: refuse, close() {} }
}

/** `rule/op/0/1/`, where no part can hold a slash: two places never share a key. */
function keyPrefix({ ruleId, opId, instanceId, funcId }: RulePlace): string {
  const [rule, op] = [ruleId, opId].map(id => id.replaceAll('%', '%25').replaceAll('/', '%2F'))
  return `${rule}/${op}/${instanceId}/${funcId ?? ''}/`
}

class PlaceState implements State {
  readonly #entries: () => Entries
  readonly #prefix: string

  constructor(entries: () => Entries, prefix: string) {
    this.#entries = entries
    this.#prefix = prefix
  }

  putState(key: string, value: unknown): Promise<void> {
    return sentence('put', key, () => this.#entries().put(this.#full(key), encode(value)))
  }

  getState(key: string): Promise<unknown> {
    return sentence('get', key, async () => {
      const entry = await this.#entries().get(this.#full(key))
      return entry instanceof Buffer ? decodeValue(entry) : entry
    })
  }

  deleteState(key: string): Promise<void> {
    return sentence('delete', key, () => this.#entries().delete(this.#full(key)))
  }

  // Like the others, but without their closure: this is the call that plugins make for each row.
  async incrCounter(key: string, amount: number): Promise<number> {
    try {
      if (!Number.isSafeInteger(amount)) throw new Error(`${display(amount)} is not a whole number`)
      return await this.#entries().add(this.#full(key), amount)
    } catch (error) {
      throw failure('add to', key, error)
    }
  }

  getCounter(key: string): Promise<number> {
    return sentence('count', key, async () => {
      const entry = (await this.#entries().get(this.#full(key))) ?? 0
      if (typeof entry === 'number') return entry
      throw new Error('it holds a value, not a counter: read it with getState')
    })
  }

  #full(key: string): string {
    if (typeof key !== 'string') throw new Error('a key is a string')
    if (key.length > MAX_KEY) throw new Error(`the key has ${key.length} characters: the limit is ${MAX_KEY}`)
    const full = this.#prefix + key
    if (isWellFormed(full)) return full
    throw new Error('the key holds half of a surrogate pair, which UTF-8 cannot write')
  }
}

function encode(value: unknown): Buffer {
  const bytes = encodeValue(value)
  if (bytes.length <= MAX_VALUE) return bytes
  throw new Error(
    `it takes ${bytes.length} bytes, and the limit is ${MAX_VALUE}: spread it over several keys`,
  )
}

async function sentence<T>(verb: string, key: unknown, action: () => Awaitable<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw failure(verb, key, error)
  }
}

function failure(verb: string, key: unknown, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new Error(`Cannot ${verb} ${display(key)}: ${reason}`, { cause })
}

function display(value: unknown): string {
  if (typeof value !== 'string') return typeof value === 'object' && value ? 'an object' : String(value)
  return `"${value.length > 80 ? `${value.slice(0, 80)}…` : value}"`
}
