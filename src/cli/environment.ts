import type { Command, Option } from 'commander'
import { UsageError } from '../errors/usage-error.js'

type Environment = Readonly<Record<string, string | undefined>>

/** The environment variable for an option: `KPLUG_PUSH_WATCH_SECONDS` for `kplug push --watch-seconds`. */
const variableOf = (command: string, { long }: Option): string =>
  `KPLUG_${command}_${(long ?? '').replace(/^--/, '')}`.toUpperCase().replaceAll('-', '_')

/** Sets the options of a command from the environment. An option on the command line overrides its variable. */
export function takeEnvironment(command: Command, typed: readonly string[], env: Environment): void {
  for (const option of command.options) {
    const variable = variableOf(command.name(), option)
    const text = env[variable]
    if (text === undefined || text === '' || isTyped(option, typed)) continue
    const value = option.required || option.optional ? valueOf(option, text) : flagOf(option, variable, text)
    if (value !== undefined) command.setOptionValueWithSource(option.attributeName(), value, 'env')
  }
}

const isTyped = ({ long = '', short = '' }: Option, typed: readonly string[]): boolean =>
  typed.some(word => word === long || word === short || word.startsWith(`${long}=`))

/** A repeatable option takes each word of the variable. */
function valueOf({ parseArg, description }: Option, text: string): unknown {
  if (!parseArg) return text
  if (!description.includes('repeatable')) return parseArg(text, undefined)
  return text.split(/\s+/).reduce<unknown>((before, word) => parseArg(word, before), undefined)
}

/** Whether a flag is set; undefined leaves it unchanged. `--no-check` sets `check` to false. */
function flagOf({ negate }: Option, variable: string, text: string): boolean | undefined {
  if (text === '1' || text === 'true') return !negate
  if (text === '0' || text === 'false') return undefined
  throw new UsageError(`Invalid ${variable} "${text}": use 1 or 0`)
}
