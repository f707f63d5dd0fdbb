import { randomBytes } from 'node:crypto'
import { UsageError } from '../errors/usage-error.js'
import { objectOf, parsedObject } from '../data/lenient.js'
import { type Engine, EngineRefusal } from './engine.js'
import { openEvents, openWebSocket } from './first-message.js'
import { supportedVersion } from './version.js'

const longestCall = 10_000

/** The result of a function, or why it failed. */
export type CallResult = { value: unknown } | { error: string }

/**
 * Calls a function of an engine once, through the engine's rule test: a temporary stream provides one row with the
 * arguments. Everything temporary is removed.
 */
export async function callFunction(
  engine: Engine,
  name: string,
  args: readonly unknown[],
  aggregate: boolean,
): Promise<CallResult> {
  const version = await supportedVersion(engine)
  const open = version.isAtLeast('2.4.0') ? openEvents : openWebSocket
  const id = `kplugCall${randomBytes(6).toString('hex')}`
  await engine.send('POST', '/streams', {
    sql: `CREATE STREAM ${id} () WITH (TYPE="simulator", DATASOURCE="${id}", FORMAT="json")`,
  })
  try {
    const port = await prepare(engine, testOf(id, name, args, aggregate), name)
    return await firstResult(engine, id, `http://${engine.url.hostname}:${port}/test/${id}`, open)
  } finally {
    await engine.send('DELETE', `/streams/${id}`)
  }
}

/** Returns the port on which the engine will publish the rows of the test. */
async function prepare(engine: Engine, test: object, name: string): Promise<number> {
  try {
    return Number(objectOf(await engine.json('POST', '/ruletest', test))['port'])
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error
    throw new UsageError(`Cannot call "${name}": ${error.message}`, { cause: error })
  }
}

function testOf(id: string, name: string, args: readonly unknown[], aggregate: boolean): object {
  const columns = args.map((_, i) => [`a${i}`, args[i]] as const)
  const call = `${name}(${columns.map(([column]) => column).join(', ')})`
  // A row needs at least one column.
  const data = [{ row: 0, ...Object.fromEntries(columns) }]
  return {
    id,
    sql: `SELECT ${call} AS value FROM ${id}${aggregate ? ' GROUP BY COUNTWINDOW(1)' : ''}`,
    mockSource: { [id]: { data, interval: 1, loop: false } },
    sinkProps: { sendSingle: true },
  }
}

async function firstResult(
  engine: Engine,
  id: string,
  url: string,
  open: typeof openEvents,
): Promise<CallResult> {
  const signal = AbortSignal.timeout(longestCall)
  try {
    const { first, close } = await open(new URL(url), signal)
    try {
      await engine.send('POST', `/ruletest/${id}/start`)
      return resultFrom(await first)
    } finally {
      close()
    }
  } catch (error) {
    if (error instanceof EngineRefusal || !(error instanceof Error)) throw error
    const reason = signal.aborted ? `no result came within ${longestCall / 1000} s` : error.message
    throw new UsageError(`Cannot read the result from ${url}: ${reason}`, { cause: error })
  } finally {
    await engine.send('DELETE', `/ruletest/${id}`)
  }
}

/** A row is JSON. An error is a plain text, or the field `error` of a row. */
function resultFrom(text: string): CallResult {
  if (!text.startsWith('{')) return { error: text }
  const { error, value = null } = parsedObject(text)
  return typeof error === 'string' ? { error } : { value }
}
