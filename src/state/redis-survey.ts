import type { Redis } from 'ioredis'
import { kinds } from '../plugin/kind.js'
import { connection, prefixOf, reasonsOf, storedIn } from './redis.js'
import type { StoredKey } from './survey.js'

/** Every key below the prefix of a Redis address, in the order of their names. */
export async function* keysInRedis(address: URL): AsyncGenerator<StoredKey> {
  const redis = await connection(address)
  const reason = reasonsOf(redis, address)
  try {
    await redis.connect()
    const prefix = prefixOf(address)
    for (const key of await keysBelow(redis, prefix)) {
      const owner = ownerOf(key.slice(prefix.length + 1))
      if (!owner) continue
      const stored = await storedAt(redis, key)
      if (stored !== undefined) yield { ...owner, stored }
    }
  } catch (error) {
    throw new Error(`Cannot read the state: ${reason(error).message}`, { cause: error })
  } finally {
    redis.disconnect()
  }
}

async function keysBelow(redis: Redis, prefix: string): Promise<string[]> {
  const match = `${prefix.replace(/[*?[\]\\]/g, '\\$&')}:*`
  const keys: string[] = []
  for await (const found of redis.scanStream({ match, count: 1000 })) keys.push(...(found as string[]))
  return keys.toSorted()
}

async function storedAt(redis: Redis, key: string): Promise<StoredKey['stored'] | undefined> {
  // Keys of other types than strings are not kplug's.
  if ((await redis.type(key)) !== 'string') return new Error('it holds a Redis type other than a string')
  const bytes = await redis.getBuffer(key)
  try {
    return storedIn(bytes)
  } catch (error) {
    return error as Error
  }
}

function ownerOf(key: string): Omit<StoredKey, 'stored'> | undefined {
  const match = /^([^:]*):([^:]*):([^]*)$/.exec(key)
  const kind = kinds.find(known => known === match?.[1])
  return kind && { kind, name: match?.[2] ?? '', full: match?.[3] ?? '' }
}
