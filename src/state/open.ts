import { memoryDriver } from './memory.js'
import { storeOver } from './plugin-state.js'
import type { StateStore } from './store.js'

export interface StoreOptions {
  /** When files are fsynced: before each call resolves, never, or at most this many milliseconds after a write. */
  checkpoint?: 'always' | 'off' | number
  /** Takes one sentence about something that went wrong and was dealt with. */
  warn: (sentence: string) => void
  /** Ends the wait for another process that holds the same state. */
  signal?: AbortSignal
  /** How many milliseconds to wait for that process; 10 000 unless told. */
  lockWait?: number
}

/**
 * Opens the store that `spec` names: `memory`, `file:DIR`, or `redis://HOST:PORT/PREFIX`. Only that driver is loaded.
 *
 * @example
 * const store = await openStore('file:/var/lib/kplug', { warn: sentence => logger.warn(sentence) })
 * const state = (await store.open('function', 'myFunc')).at({ ruleId: 'rule1', opId: 'op', instanceId: 0, funcId: 0 })
 * await state.incrCounter('calls', 1)
 */
export async function openStore(spec: string, options: StoreOptions): Promise<StateStore> {
  const { checkpoint = 1000 } = options
  if (typeof checkpoint === 'number' && !(checkpoint > 0 && checkpoint < 2 ** 31)) {
    throw new Error(`Cannot checkpoint every ${checkpoint} ms: give milliseconds above 0, "always" or "off"`)
  }
  if (spec === 'memory') return storeOver(memoryDriver())
  if (/^file:./.test(spec)) {
    const { fileDriver } = await import('./file/driver.js')
    return storeOver(fileDriver(spec.slice('file:'.length), { ...options, checkpoint }))
  }
  if (/^rediss?:\/\/./.test(spec) && URL.canParse(spec)) {
    const { redisDriver } = await import('./redis.js')
    return storeOver(await redisDriver(new URL(spec), options))
  }
  // A misspelt address may hold a password.
  const shown = spec.replace(/\/\/[^@/]*@/, '//***@')
  throw new Error(`Cannot open state "${shown}": give "memory", "file:DIR" or "redis://HOST:PORT/PREFIX"`)
}
