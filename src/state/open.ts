import { parseAddress } from './address.js'
import type { Driver } from './driver.js'
import { memoryDriver } from './memory.js'
import { storeOver } from './plugin-state.js'
import type { StateStore } from './store.js'

export interface StoreOptions {
  /**
   * When files are synced: before each call resolves, never, or at most this many milliseconds after a write.
   * Default: 1000.
   */
  checkpoint?: 'always' | 'off' | number
  /** Receives one sentence about something that went wrong and was dealt with. */
  warn: (sentence: string) => void
  /** Ends the wait for another process that holds the same state. */
  signal?: AbortSignal
  /** How many milliseconds to wait for that process. Default: 10 000. */
  lockWait?: number
}

/**
 * Opens the store that `address` names: `memory`, `file:DIR`, or `redis://HOST:PORT/PREFIX`. Loads only that driver.
 *
 * @example
 * const store = await openStore('file:/var/lib/kplug', { warn: sentence => logger.warn(sentence) })
 * const state = (await store.open('function', 'myFunc')).at({ ruleId: 'rule1', opId: 'op', instanceId: 0, funcId: 0 })
 * await state.incrCounter('calls', 1)
 */
export async function openStore(address: string, options: StoreOptions): Promise<StateStore> {
  return storeOver(await openDriver(address, options))
}

export async function openDriver(address: string, options: StoreOptions): Promise<Driver> {
  const { checkpoint } = options
  if (typeof checkpoint === 'number' && !(checkpoint > 0 && checkpoint < 2 ** 31)) {
    throw new Error(`Invalid checkpoint "${checkpoint}": use milliseconds above 0, "always" or "off"`)
  }
  const parsed = parseAddress(address)
  if ('folder' in parsed) {
    const { fileDriver } = await import('./file/driver.js')
    return fileDriver(parsed.folder, options)
  }
  if ('redis' in parsed) {
    const { redisDriver } = await import('./redis.js')
    return redisDriver(parsed.redis, options)
  }
  return memoryDriver()
}
