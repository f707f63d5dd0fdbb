import type { Callback, Redis, Result } from 'ioredis'
import { type Driver, notACounter, type Storage, type Stored, tooLarge } from './driver.js'
import type { StoreOptions } from './open.js'
import { formatByte } from './value/tags.js'

// A counter is what Redis itself counts with: decimal digits. A value begins with the byte of its format, which is not a
// digit, so INCRBY rejects it. The script reverts a sum that a number could not hold; nobody sees it in between. It
// returns a text, because the client reads an integer near the limit with an error of one.
const addScript = `
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if sum > ${Number.MAX_SAFE_INTEGER} or sum < -${Number.MAX_SAFE_INTEGER} then
  redis.call('DECRBY', KEYS[1], ARGV[1])
  return redis.error_reply('TOOLARGE')
end
return string.format('%.0f', sum)`

const foreign = 'which kplug did not write: delete it, or use another prefix'

declare module 'ioredis' {
  interface RedisCommander<Context> {
    addToCounter(key: string, amount: number, callback?: Callback<string>): Result<string, Context>
  }
}

/** State in a Redis server, shared by all who use the same prefix. The path of the address is the prefix. */
export async function redisDriver(address: URL, { warn }: Pick<StoreOptions, 'warn'>): Promise<Driver> {
  const prefix = prefixOf(address)
  const redis = await connection(address)
  const reason = reasonsOf(redis, address)
  // Calls fail until the server is there: a plugin may start before it.
  await redis.connect().catch(error => warn(`Cannot reach the state yet: ${reason(error).message}`))
  return {
    open: (kind, name) => redisStorage(redis, `${prefix}:${kind}:${name}:`, reason),
    close: () => redis.disconnect(),
  }
}

export const prefixOf = (address: URL): string => decodeURIComponent(address.pathname.slice(1)) || 'kplug'

/** Without a server a call fails at once. Nothing is sent a second time: it might count twice. */
export async function connection(address: URL): Promise<Redis> {
  // Loaded here, so that a bundle of all drivers starts without it. Bundled, only the default export is certain.
  const { default: client } = await import('ioredis')
  return new client.Redis({
    host: address.hostname.replace(/^\[|\]$/g, ''),
    port: Number(address.port || 6379),
    username: decodeURIComponent(address.username),
    password: decodeURIComponent(address.password),
    ...(address.protocol === 'rediss:' && { tls: {} }),
    scripts: { addToCounter: { lua: addScript, numberOfKeys: 1 } },
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

/** Makes a reason of a client's error. `doubt` says what a command without an answer may have done. */
type Reason = (error: unknown, doubt?: string) => Error

/** The reasons of a connection, which remember what last went wrong with it. */
export function reasonsOf(redis: Redis, address: URL): Reason {
  let trouble = ''
  redis.on('error', (error: Error) => {
    trouble = error.message
  })
  redis.on('ready', () => {
    trouble = ''
  })
  return (error, doubt) => redisReason(`Redis at ${address.host}`, trouble, error, doubt)
}

function redisReason(server: string, trouble: string, error: unknown, doubt?: string): Error {
  const { message, name } = error as Error
  if (message.includes('TOOLARGE') || message.includes('would overflow'))
    return new Error(tooLarge('the sum'))
  if (message.includes('not an integer')) return new Error(notACounter)
  if (message.includes('WRONGTYPE')) return new Error(`it holds a Redis type other than a string, ${foreign}`)
  if (name === 'ReplyError') return new Error(`${server} refused it: ${message}`, { cause: error })
  // The client's own refusal to send. After any other error the server may have received the command.
  const wasSent = !message.includes("isn't writeable")
  const also = doubt !== undefined && wasSent ? `, and ${doubt}` : ''
  return new Error(`${server} does not answer (${trouble || message})${also}: check that it runs`, {
    cause: error,
  })
}

function redisStorage(redis: Redis, prefix: string, reason: Reason): Storage {
  const ask = async <T>(command: Promise<T>, doubt?: string): Promise<T> => {
    try {
      return await command
    } catch (error) {
      throw reason(error, doubt)
    }
  }
  return {
    get: async key => storedIn(await ask(redis.getBuffer(prefix + key))),
    async put(key, bytes) {
      await ask(redis.set(prefix + key, bytes), 'the value may have been stored')
    },
    async delete(key) {
      await ask(redis.del(prefix + key), 'the key may have been deleted')
    },
    async add(key, amount) {
      return Number(await ask(redis.addToCounter(prefix + key, amount), 'the increment may have counted'))
    },
    close() {},
  }
}

/** What kplug stored in these bytes. Throws for what others have stored. */
export function storedIn(bytes: Buffer | null): Stored | undefined {
  if (bytes === null) return undefined
  if (bytes[0] === formatByte) return bytes
  const text = bytes.toString('latin1')
  const count = Number(text)
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(count)) return count
  const shown = JSON.stringify(bytes.toString('utf8', 0, 40))
  throw new Error(`it holds the value ${shown}${bytes.length > 40 ? '…' : ''}, ${foreign}`)
}
