import type { NoParamCallback } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { messageOf } from '../errors/reason.js'
import type { PluginErrors } from './plugin-errors.js'

/** The original `process.kill`, for the host's own exit. */
export const kill = process.kill.bind(process)

/** Keeps one plugin from ending the process of all plugins. */
export function guardProcess(errors: PluginErrors, descriptors: ReadonlySet<number>): void {
  const write = (error: unknown, text: string): void => errors.write(whoThrew(errors, error), error, text)
  // Unlike a listener, this also bypasses the listeners of libraries, which may end the process.
  process.setUncaughtExceptionCaptureCallback(error => write(error, `uncaught: ${messageOf(error)}`))
  process.on('unhandledRejection', reason => write(reason, `unhandled rejection: ${messageOf(reason)}`))
  const refuse = (call: string): never => {
    const error = new Error(`${call} was called: a plugin cannot end the process that it shares with others`)
    write(error, error.message)
    throw error
  }
  const ignore = (call: string): void => {
    const error = new Error(`${call} was ignored: a plugin cannot close a file that it shares with others`)
    write(error, error.message)
  }
  process.exit = () => refuse('process.exit()')
  process.abort = () => refuse('process.abort()')
  Object.assign(process, { reallyExit: () => refuse('process.reallyExit()') })
  process.kill = (pid, signal) =>
    signal !== 0 && isOwn(pid) ? refuse(`process.kill(${pid})`) : kill(pid, signal)
  guardDescriptors(ignore, descriptors)
  // Otherwise `import { exit } from 'node:process'` would still have the original function.
  syncBuiltinESMExports()
}

/** The next opened file would get the number of a closed one, and would receive what others write to that number. */
function guardDescriptors(ignore: (call: string) => void, descriptors: ReadonlySet<number>): void {
  // The module itself, not its names for ES modules, which cannot be assigned to.
  const fs = process.getBuiltinModule('node:fs')
  const { close, closeSync } = fs
  fs.closeSync = fd => (descriptors.has(fd) ? ignore(`fs.closeSync(${fd})`) : closeSync(fd))
  const guarded = (fd: number, done: NoParamCallback = () => {}): void => {
    if (!descriptors.has(fd)) return close(fd, done)
    ignore(`fs.close(${fd})`)
    setImmediate(done, null)
  }
  fs.close = Object.assign(guarded, close)
}

/** 0 and negative ids are process groups, which may include this process. */
const isOwn = (pid: number): boolean => pid === process.pid || pid <= 0

/** The plugin whose built file caused an error: `lib/functions/WordCount@v1.0.0.js` → `function wordCount`. */
function whoThrew(errors: PluginErrors, error: unknown): string {
  const { file = '' } = errors.builtLocationOf(error) ?? {}
  const [, kind, symbol] = /\/(source|sink|function)s\/([A-Za-z0-9]+)(?:@[^/]*)?\.js$/.exec(file) ?? []
  if (kind === undefined || symbol === undefined) return 'plugin'
  return `${kind} ${symbol.slice(0, 1).toLowerCase()}${symbol.slice(1)}`
}
