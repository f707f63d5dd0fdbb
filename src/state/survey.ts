import { messageOf } from '../errors/reason.js'
import type { Kind } from '../plugin/kind.js'
import type { RulePlace } from '../plugin/rule-place.js'
import { parseAddress } from './address.js'
import type { Stored } from './driver.js'
import { parseFullKey } from './full-key.js'
import { decodeValue } from './value/decode.js'

/** One key as a driver has it. An error takes the place of what kplug did not write. */
export interface StoredKey {
  kind: Kind
  name: string
  full: string
  stored: Stored | Error
}

/** One key of a plugin in one place of a rule. */
export interface FoundKey extends StoredKey {
  place: RulePlace
  key: string
}

/**
 * Reads every key of the state that `address` names, without the lock of the process that uses it: a state may be looked
 * at while its rules run.
 */
export async function* survey(address: string): AsyncGenerator<FoundKey> {
  for await (const found of await storedKeys(address)) {
    const parsed = parseFullKey(found.full)
    if (parsed) yield { ...found, ...parsed }
  }
}

async function storedKeys(address: string): Promise<Iterable<StoredKey> | AsyncIterable<StoredKey>> {
  const parsed = parseAddress(address)
  if ('folder' in parsed) {
    const { keysInFolder } = await import('./file/survey.js')
    return keysInFolder(parsed.folder)
  }
  if ('redis' in parsed) {
    const { keysInRedis } = await import('./redis-survey.js')
    return keysInRedis(parsed.redis)
  }
  throw new Error('Cannot read state "memory": it belongs to the process that runs the plugins')
}

/** The contents of a key: a count, a value, or why there is no value to show. */
export function contentsOf({
  stored,
}: StoredKey): { counter: number } | { value: unknown } | { error: string } {
  if (typeof stored === 'number') return { counter: stored }
  if (stored instanceof Error) return { error: stored.message }
  try {
    return { value: decodeValue(stored) }
  } catch (error) {
    return { error: messageOf(error) }
  }
}
