import type { Command } from 'commander'
import { sampleOf } from '../ekuiper/sample.js'
import { UsageError } from '../errors/usage-error.js'
import { asJson } from '../report/json.js'
import { descriptionRows, fieldsAsTable, requestsAsCommands } from '../report/description.js'
import { styleFor } from '../report/style.js'
import { table } from '../report/table.js'
import { caOption, kindFrom, nameFrom } from './arguments.js'
import { describeLocal } from './describe-local.js'
import type { Described } from './described.js'
import type { ExitCode, Io } from '../io.js'

interface Options {
  plugins?: string
  package?: string
  engine?: string
  ca?: string
  sql?: boolean
  json?: boolean
}

export function define(command: Command): void {
  command
    .argument('<kind>', 'source, sink or function')
    .argument('<name>', 'name or symbol of the plugin')
    .option('--plugins <dir>', 'another plugins folder, or the folder of an engine')
    .option('--package <file>', 'a zip from "kplug pack"')
    .option('--engine <url>', 'a running engine')
    .option(...caOption)
    .option('--sql', 'print requests that create a stream and a rule with the plugin')
    .option('--json', 'print JSON')
}

const defaultEngine = 'http://127.0.0.1:9081'

export async function run(
  io: Io,
  [kindText, nameText]: [string, string],
  options: Options,
): Promise<ExitCode> {
  const kind = kindFrom(kindText)
  const { name } = nameFrom(nameText)
  const found = await describedBy(io, options, { kind, name })
  if (found === undefined) return 1
  io.stdout.write(shown(io, found, options))
  return 0
}

async function describedBy(
  io: Io,
  options: Options,
  wanted: { kind: Described['kind']; name: string },
): Promise<Described | undefined> {
  const { engine, package: file, plugins } = options
  const places = [engine, file, plugins].filter(place => place !== undefined)
  if (places.length > 1)
    throw new UsageError(
      'Cannot describe a plugin in several places: use only one of --engine, --package, --plugins',
    )
  if (engine !== undefined) {
    const { describeRemote } = await import('./remote.js')
    return describeRemote(io, { ...options, engine }, wanted)
  }
  if (file === undefined) return describeLocal(io, plugins, wanted)
  return (await import('./describe-package.js')).describePackage(io, file, wanted)
}

function shown(io: Io, { kind, name, rows, form, json }: Described, options: Options): string {
  const sample = form === undefined ? [] : sampleOf(kind, name, form)
  if (options.json) return asJson(options.sql ? { requests: sample } : { ...json, ...form })
  if (options.sql) return requestsAsCommands(sample, options.engine ?? defaultEngine)
  const style = styleFor({ stream: io.stdout, env: io.env })
  const all = [...rows, ...(form === undefined ? [] : descriptionRows(kind, form))]
  const heading = table(all).replace(/^\w+/gm, word => style.dim(word))
  return heading + (form === undefined ? '' : fieldsAsTable(kind, form))
}
