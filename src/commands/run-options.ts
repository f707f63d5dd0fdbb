import type { Command } from 'commander'
import { UsageError } from '../errors/usage-error.js'
import type { Kind } from '../plugin/kind.js'
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

/** What can be typed for `kplug run` besides kind and name. */
export interface RunOptions extends StageOptions, Inspecting, Recordings {
  plugins?: string
  version?: string
  rule: string
  meta?: boolean
  limit?: number
  timeout?: number
  state?: string
  checkpoint?: number | 'always' | 'off'
  strict?: boolean
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
  const misplaced: [boolean, readonly Kind[], string][] = [
    [options.meta === true, ['source'], '--meta'],
    [options.limit !== undefined, ['source'], '--limit'],
    [options.datasource !== undefined, ['source'], '--datasource'],
    [options.prop !== undefined, ['source', 'sink'], '--prop'],
    [options.props !== undefined, ['source', 'sink'], '--props'],
    [options.args !== undefined, ['function'], '--args'],
    [options.as !== undefined, ['function'], '--as'],
    [options.deadLetters !== undefined, ['sink'], '--dead-letters'],
    [options.replay !== undefined, ['sink', 'function'], '--replay'],
  ]
  const slip = misplaced.find(([given, of]) => given && !of.includes(kind))
  if (slip) {
    throw new UsageError(
      `Cannot use option "${slip[2]}" with a ${kind}: it applies only to a ${slip[1].join(' or ')}; remove it`,
    )
  }
}

/** What is only of use to a function that reads rows. */
export function refuseWithoutRows(kind: Kind, options: RunOptions): void {
  const needsRows = ['as', 'record', 'replay'].find(name => Reflect.get(options, name) !== undefined)
  if (kind === 'function' && needsRows !== undefined && options.args === undefined) {
    throw new UsageError(
      `Cannot use option "--${needsRows}" without "--args": name the fields that are the arguments with "--args"`,
    )
  }
}

const gathered = (value: string, before: string[] = []): string[] => [...before, value]

export const fieldsFrom = (text: string): string[] => text.split(',').map(field => field.trim())

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new UsageError(`Invalid limit "${text}": use a whole number of rows, such as 10`)
}

function seconds(text: string): number {
  if (/^\d{1,6}(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text)
  throw new UsageError(`Invalid timeout "${text}": use a number of seconds, such as 10`)
}

function checkpoint(text: string): number | 'always' | 'off' {
  if (text === 'always' || text === 'off') return text
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new UsageError(`Invalid checkpoint "${text}": use milliseconds, such as 1000, "always" or "off"`)
}
