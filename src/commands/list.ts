import type { Command } from 'commander'
import { kinds } from '../plugin/kind.js'
import { UsageError } from '../errors/usage-error.js'
import { locatePlugins, readPlugins } from '../project/plugins-folder.js'
import { asJson } from '../report/json.js'
import { pluginAsJson, pluginsAsTable } from '../report/plugins.js'
import { shownPath } from '../report/path.js'
import { caOption, kindFrom } from './arguments.js'
import type { ExitCode, Io } from '../io.js'
import { say, sayProblems } from './say.js'

interface Options {
  plugins?: string
  all?: boolean
  json?: boolean
  engine?: string
  ca?: string
  diff?: boolean
}

export function define(command: Command): void {
  command
    .argument('[kind]', 'source, sink or function (default: all)')
    .option('--plugins <dir>', 'another plugins folder, for example that of an engine')
    .option('--all', 'also show versions that are not in effect')
    .option('--engine <url>', 'list the portable plugins of a running engine')
    .option(...caOption)
    .option('--diff', 'list only differences between the engine and the project')
    .option('--json', 'print JSON')
}

export async function run(io: Io, [kind]: [string?], options: Options): Promise<ExitCode> {
  const wanted = kind === undefined ? kinds : [kindFrom(kind)]
  const { engine } = options
  if (engine !== undefined) {
    const { listRemote } = await import('./remote.js')
    return listRemote(io, wanted, { ...options, engine })
  }
  if (options.diff) throw new UsageError('Cannot compare without an engine: "--diff" requires "--engine URL"')
  const folder = locatePlugins(io.cwd(), options.plugins)
  const { plugins, problems } = readPlugins(folder, wanted)
  if (options.json) io.stdout.write(asJson(plugins.map(pluginAsJson)))
  else if (plugins.length > 0) io.stdout.write(pluginsAsTable(plugins, options.all === true))
  else say(io, `No ${kind === undefined ? 'plugins' : `${wanted[0]}s`} in ${shownPath(io.cwd(), folder)}`)
  sayProblems(io, problems)
  return 0
}
