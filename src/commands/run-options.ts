import type { Command } from 'commander'
import { UsageError } from '../errors/usage-error.js'
import type { Kind } from '../plugin/kind.js'
import { gathered, givenOption, numeric, positive } from './arguments.js'
import { defineRecordings, type Recordings } from './recordings.js'
import { defineInspecting, type Inspecting } from './inspecting.js'

/** The options after kind and name, which stages of a pipeline have too. */
export interface StageOptions {
  datasource?: string
  prop?: string[]
  props?: string
  args?: string[]
  as?: string
}

/** The options of any run of plugins in this process. */
export interface SessionOptions extends Inspecting, Recordings {
  rule?: string
  state?: string
  checkpoint?: number | 'always' | 'off'
  strict?: boolean
  timeout?: number
  /** Whether everything is printed as events. */
  json?: boolean
}

/** What can be typed for `kplug run` besides kind and name. */
export interface RunOptions extends StageOptions, SessionOptions {
  plugins?: string
  version?: string
  meta?: boolean
  limit?: number
  watch?: boolean
}

export function defineOptions(command: Command): void {
  command
    .option('--plugins <dir>', 'plugins folder to use instead of the project')
    .option('--version <version>', 'version to run instead of the one in effect')
  defineStageOptions(command)
  command
    .option('--rule <id>', 'rule to which the state belongs', 'local')
    .option('--meta', 'print rows with their metadata')
    .option('--limit <n>', 'end a source after n rows and errors; default: no limit', wholeNumber)
    .option('--timeout <seconds>', 'end the run after this many seconds; default: no limit', seconds)
    .option('--state <store>', 'memory, file:DIR or redis://HOST:PORT/PREFIX; default: memory')
    .option(
      '--checkpoint <ms>',
      'how often state is synced to disk: milliseconds, "always" or "off"; default: 1000',
      checkpoint,
    )
    .option('--strict', 'stop at the first line or row that fails')
    .option('--watch', 'rebuild on changes, and continue with the new build and the same state')
  defineRecordings(command)
  defineInspecting(command)
}

export function defineStageOptions(command: Command): void {
  command
    .option('--datasource <text>', 'DATASOURCE of the stream, for a source')
    .option(
      '--prop <key=value>',
      'property, repeatable; parsed as JSON if possible; "a.b=1" sets a property in an object',
      gathered,
    )
    .option('--props <file>', 'JSON or YAML file with properties')
    .option('--args <fields>', 'read rows, and pass these fields as arguments', fieldsFrom)
    .option('--as <field>', 'field for the result; default with --args: "result"')
}

/** An option for another kind is an error, because it would have no effect. */
export function refuseMisplaced(kind: Kind, options: Partial<RunOptions>): void {
  for (const [name, its] of appliesTo) {
    const option = givenOption(options, [name])
    if (option !== undefined && !its.includes(kind))
      throw new UsageError(
        `Cannot use option "${option}" with a ${kind}: it applies only to a ${its.join(' or ')}; remove it`,
      )
  }
}

/** The kinds of plugins that an option is for, if not for all of them. */
const appliesTo: readonly [keyof RunOptions, readonly Kind[]][] = [
  ['meta', ['source']],
  ['limit', ['source']],
  ['datasource', ['source']],
  ['prop', ['source', 'sink']],
  ['props', ['source', 'sink']],
  ['args', ['function']],
  ['as', ['function']],
  ['deadLetters', ['sink']],
  ['replay', ['sink', 'function']],
]

/** What is only of use to a function that reads rows. */
export function refuseWithoutRows(kind: Kind, options: RunOptions): void {
  const option = givenOption(options, ['as', 'record', 'replay'])
  if (kind === 'function' && option !== undefined && options.args === undefined)
    throw new UsageError(
      `Cannot use option "${option}" without "--args": name the fields that are the arguments with "--args"`,
    )
}

export const fieldsFrom = (text: string): string[] => text.split(',').map(field => field.trim())

const wholeNumber = numeric('limit', /^\d+$/, 'a whole number of rows, such as 10')

const seconds = numeric('timeout', positive, 'a number of seconds, such as 10')

const milliseconds = numeric('checkpoint', /^[1-9]\d{0,8}$/, 'milliseconds, such as 1000, "always" or "off"')

const checkpoint = (text: string): number | 'always' | 'off' =>
  text === 'always' || text === 'off' ? text : milliseconds(text)
