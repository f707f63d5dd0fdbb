import { isUsageError } from '../errors/usage-error.js'
import { sleep } from '../waiting/abort.js'
import type { Engine } from './engine.js'
import { receiveRows } from './row-receiver.js'
import { ruleStatus, statusLine, total } from './rules.js'
import type { Rule } from './sql.js'
import { createTemporarily } from './temporary-rule.js'

export interface WatchOptions {
  /** The sink of the package that posts rows to a URL. */
  rowSink: string
  /** Receives each row of the rule, as JSON. */
  row: (row: string) => void
  /** Receives lines about the progress. */
  say: (line: string) => void
}

const betweenLooks = 1000

/** Starts a rule, and reports its rows and its status. Resolves with a function that removes it. */
export async function startWatchedRule(
  engine: Engine,
  id: string,
  { creating, select: sql }: Rule,
  { rowSink, row, say }: WatchOptions,
): Promise<() => Promise<void>> {
  const receiver = isLocal(engine) ? await receiveRows(row) : undefined
  if (receiver === undefined) say('The engine is on another machine: its rows are counted, not shown')
  try {
    const action = receiver ? { [rowSink]: { url: receiver.url, sendSingle: true } } : { nop: {} }
    const options = { disableBufferFullDiscard: true }
    const remove = await createTemporarily(engine, creating, { id, sql, actions: [action], options })
    const ending = new AbortController()
    const watching = watchRule(engine, id, ending.signal, say)
    return async () => {
      ending.abort()
      await watching
      await remove()
      receiver?.close()
    }
  } catch (error) {
    receiver?.close()
    throw error
  }
}

/** Only an engine on this machine can send rows: kplug listens on loopback only. */
const isLocal = ({ url }: Engine): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)

/** Reports the status of the rule whenever it changes, and each new failure. */
async function watchRule(
  engine: Engine,
  id: string,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  let last = ''
  while (!signal.aborted) {
    await sleep(betweenLooks, signal)
    const { news, line } = await newsOf(engine, id)
    if (news !== last && !signal.aborted) say(`rule ${id}: ${line}`)
    last = news
  }
}

async function newsOf(engine: Engine, id: string): Promise<{ news: string; line: string }> {
  try {
    const status = await ruleStatus(engine, id)
    return { news: `${status.status} ${total(status.nodes, 'exceptions')}`, line: statusLine(status) }
  } catch (error) {
    if (!isUsageError(error)) throw error
    return { news: error.message, line: error.message }
  }
}
