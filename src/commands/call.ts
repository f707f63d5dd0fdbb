import { jsonOrText } from '../data/lenient.js'
import type { Command } from 'commander'
import { callFunction } from '../engine/call.js'
import { aggregatesOf } from '../engine/metadata.js'
import { UsageError } from '../errors/usage-error.js'
import { caOption, kindFrom, nameFrom } from './arguments.js'
import { engineAt } from './engines.js'
import { asJson } from '../report/json.js'
import { printableJson } from '../report/printable.js'
import { untilInterrupted } from './interrupt.js'
import { say } from './say.js'
import type { ExitCode, Io } from '../io.js'

interface Options {
  engine: string
  ca?: string
  json?: boolean
}

export function define(command: Command): void {
  command
    .argument('<kind>', 'function; sources and sinks cannot be called')
    .argument('<name>', 'name or symbol of the function')
    .argument('[args...]', 'JSON values; a word that is not JSON is a string')
    .requiredOption('--engine <url>', 'a running engine that has the function')
    .option(...caOption)
    .option('--json', 'print the result as the field "value" of a JSON object')
}

export async function run(
  io: Io,
  [kindText, nameText, texts]: [string, string, string[]],
  { engine, ca, json }: Options,
): Promise<ExitCode> {
  if (kindFrom(kindText) !== 'function')
    throw new UsageError(`Cannot call a ${kindFrom(kindText)}: only functions can be called`)
  const { name } = nameFrom(nameText)
  return untilInterrupted<ExitCode>(io, async signal => {
    const reached = engineAt(io, engine, ca, signal)
    const aggregate = (await aggregatesOf(reached)).get(name) === true
    const result = await callFunction(reached, name, texts.map(jsonOrText), aggregate)
    if ('error' in result) say(io, result.error)
    else io.stdout.write(json ? asJson(result) : `${printableJson(JSON.stringify(result.value))}\n`)
    return 'error' in result ? 1 : 0
  })
}
