import { Command, CommanderError } from 'commander'
import { commanderText } from '../errors/commander-text.js'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import type { Kind } from '../plugin/kind.js'
import type { Name } from '../plugin/name.js'
import { kindFrom, nameFrom } from './arguments.js'
import { defineStageOptions, refuseMisplaced, type StageOptions } from './run-options.js'

/** A plugin of a pipeline, with the arguments and options of `kplug run`. */
export interface Stage {
  kind: Kind
  name: Name
  options: StageOptions
}

/** Reads a pipeline such as `source ticks | function wordCount --args text | sink print`. */
export function stagesOf(pipeline: string): Stage[] {
  const stages = wordsOf(pipeline).map(stageFrom)
  stages.forEach(({ kind, name }, index) => {
    const place = { source: 0, sink: stages.length - 1, function: index }[kind]
    if (place === index) return
    throw new UsageError(
      `Cannot run the ${kind} "${name.name}" as stage ${index + 1} of ${stages.length}: a ${kind} must be the ${kind === 'source' ? 'first' : 'last'} one`,
    )
  })
  return stages
}

const token = /\s+|(\|)|((?:[^\s|'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+)/y
const quoted = /\\([^])|'([^']*)'|"((?:[^"\\]|\\[^])*)"/g

/** The words of each stage, quoted as in a shell. */
function wordsOf(pipeline: string): string[][] {
  const stages: string[][] = [[]]
  for (let at = 0; at < pipeline.length; at = token.lastIndex) {
    token.lastIndex = at
    const match = token.exec(pipeline)
    if (match === null) throw new UsageError(`Invalid pipeline "${pipeline}": a quotation mark is not closed`)
    const [, bar, word] = match
    if (bar !== undefined) stages.push([])
    if (word !== undefined) stages.at(-1)?.push(unquoted(word))
  }
  return stages
}

const unquoted = (word: string): string =>
  word.replace(
    quoted,
    (_, escaped?: string, single?: string, double = '') =>
      escaped ?? single ?? String(double).replaceAll(/\\(["\\$`])/g, '$1'),
  )

function stageFrom(words: readonly string[]): Stage {
  if (words.length < 2) {
    const word = words.join(' ')
    const orRule = word.endsWith('.sql') ? `; a rule needs "--rule ${word}"` : ''
    throw new UsageError(
      `Invalid stage "${word}" of the pipeline: use a kind and a name, such as "source ticks"${orRule}`,
    )
  }
  try {
    const command = new Command('stage').argument('<kind>').argument('<name>')
    defineStageOptions(command)
    command
      .helpOption(false)
      .exitOverride()
      .configureOutput({ writeErr() {} })
    command.parse(words, { from: 'user' })
    const [kindText = '', nameText = ''] = command.args
    const kind = kindFrom(kindText)
    const options: StageOptions = command.opts()
    refuseMisplaced(kind, options)
    return { kind, name: nameFrom(nameText), options }
  } catch (error) {
    if (isUsageError(error)) throw error
    if (!(error instanceof CommanderError)) throw error
    const [reason = ''] = commanderText(error.message).split('\n')
    throw new UsageError(`Invalid stage "${words.join(' ')}" of the pipeline: ${reason}`, { cause: error })
  }
}
