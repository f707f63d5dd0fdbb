import type { Callback, Redis, Result } from 'ioredis'
import { type Awaitable, type Driver, type Entries, type Entry, NOT_A_COUNTER, tooLarge } from './driver.js'
import { FORMAT } from './value/tags.js'

// A counter is what Redis itself counts with: decimal digits. A value begins with the byte of its format, which is no
// digit, so that INCRBY refuses it. The script takes back a sum that a number could not hold; nobody sees it between.
// It replies with a text, because the client's reading of an integer is off by one near the limit.
const ADD = `
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if sum > ${Number.MAX_SAFE_INTEGER} or sum < -${Number.MAX_SAFE_INTEGER} then
  redis.call('DECRBY', KEYS[1], ARGV[1])
  return redis.error_reply('TOOLARGE')
end
return string.format('%.0f', sum)`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    addToCounter(key: string, amount: number, callback?: Callback<string>): Result<string, Context>
  }
}

interface RedisOptions {
  warn: (sentence: string) => void
}

/** State in a Redis server, shared by all who name the same prefix. The path of the address is the prefix. */
export async function redisDriver(address: URL, { warn }: RedisOptions): Promise<Driver> {
  const prefix = decodeURIComponent(address.pathname.slice(1)) || 'kplug'
  const server = `Redis at ${address.host}`
  const redis = await connection(address)
  let trouble = ''
  redis.on('error', (error: Error) => {
    trouble = error.message
  })
  redis.on('ready', () => {
    trouble = ''
  })
  const reason = (error: unknown): Error => redisReason(server, trouble, error)
  // Calls fail until the server is there: a plugin may well start before it.
  await redis.connect().catch(error => warn(`Cannot reach the state yet: ${reason(error).message}`))
  return {
    open: (kind, name) => redisEntries(redis, `${prefix}:${kind}:${name}:`, reason),
    close: () => redis.disconnect(),
  }
}

/** Without a server a call fails at once, and what was asked is never sent a second time: it might count twice. */
async function connection(address: URL): Promise<Redis> {
  // Loaded here, so that a bundle of all drivers starts without it. Bundled, it only has a default export for sure.
  const { default: client } = await import('ioredis')
  return new client.Redis({
    host: address.hostname.replace(/^\[|\]$/g, ''),
    port: Number(address.port || 6379),
    username: decodeURIComponent(address.username),
    password: decodeURIComponent(address.password),
    ...(address.protocol === 'rediss:' && { tls: {} }),
    scripts: { addToCounter: { lua: ADD, numberOfKeys: 1 } },
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    commandTimeout: 3000,
    // Its timer keeps a process alive, also when there is no connection to close.
    disconnectTimeout: 500,
    retryStrategy: attempts => Math.min(attempts * 50, 1000),
  })
}

function redisReason(server: string, trouble: string, error: unknown): Error {
  const { message } = error as Error
  if (message.includes('TOOLARGE')) return new Error(tooLarge('the sum'))
  if (message.includes('not an integer')) return new Error(NOT_A_COUNTER)
  if (message.includes('would overflow')) return new Error(tooLarge('the sum'))
  if ((error as Error).name === 'ReplyError')
    return new Error(`${server} refused it: ${message}`, { cause: error })
  return new Error(`${server} does not answer (${trouble || message}): check that it runs`, { cause: error })
}

function redisEntries(redis: Redis, prefix: string, reason: (error: unknown) => Error): Entries {
  const ask = async <T>(command: () => Promise<T>): Promise<T> => {
    try {
      return await command()
    } catch (error) {
      throw reason(error)
    }
  }
  return {
    get: key => ask(async () => entryOf(await redis.getBuffer(prefix + key))),
    async put(key, bytes) {
      const copy = Buffer.from(bytes)
      await ask(() => redis.set(prefix + key, copy))
    },
    async delete(key) {
      await ask(() => redis.del(prefix + key))
    },
    add: (key, amount) => ask(async () => Number(await redis.addToCounter(prefix + key, amount))),
    close(): Awaitable<void> {},
  }
}

function entryOf(bytes: Buffer | null): Entry | undefined {
  if (bytes === null) return undefined
  return bytes[0] === FORMAT ? bytes : Number(bytes.toString('latin1'))
}
