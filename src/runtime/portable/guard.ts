import { messageOf } from '../host.js'
import type { Log } from './log.js'

/** Keeps what one plugin does wrong from ending the process, and with it all the others. */
export function guardProcess(log: Log): void {
  process.on('uncaughtException', error =>
    log.write('error', whoThrew(error), `uncaught: ${messageOf(error)}`),
  )
  process.on('unhandledRejection', reason =>
    log.write('error', whoThrew(reason), `unhandled rejection: ${messageOf(reason)}`),
  )
  const refuse = (call: string) => (): never => {
    throw new Error(`${call} was called: a plugin cannot end the process that it shares with others`)
  }
  process.exit = refuse('process.exit()')
  process.abort = refuse('process.abort()')
}

/** The plugin whose built file an error came from: `lib/functions/WordCount@v1.0.0.js` → `function wordCount`. */
function whoThrew(error: unknown): string {
  const stack = error instanceof Error ? error.stack : undefined
  const [, kind, symbol] =
    /\/lib\/(source|sink|function)s\/([A-Za-z0-9]+)(?:@[^/]*)?\.js:/.exec(stack ?? '') ?? []
  if (kind === undefined || symbol === undefined) return 'plugin'
  return `${kind} ${symbol.slice(0, 1).toLowerCase()}${symbol.slice(1)}`
}
