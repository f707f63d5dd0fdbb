import type { Command } from 'commander'
import { kinds } from '../plugin/kind.js'
import { locatePlugins, readPlugins } from '../project/plugins-folder.js'
import { asJson, pluginAsJson, pluginsAsTable } from '../report/plugins.js'
import { problemsAsText } from '../report/problems.js'
import { styleFor } from '../report/style.js'
import { kindFrom } from './arguments.js'
import type { ExitCode, Io } from './io.js'

interface Options {
  plugins?: string
  all?: boolean
  json?: boolean
}

export function define(command: Command): void {
  command
    .argument('[kind]', 'source, sink or function; all where not given')
    .option('--plugins <dir>', "another plugins folder than the project's, an engine's for example")
    .option('--all', 'also the versions that do not take effect')
    .option('--json', 'print JSON')
}

export function run(io: Io, [kind]: [string?], options: Options): ExitCode {
  const wanted = kind === undefined ? kinds : [kindFrom(kind)]
  const folder = locatePlugins(io.cwd(), options.plugins)
  const { plugins, problems } = readPlugins(folder, wanted)
  if (options.json) io.stdout.write(asJson(plugins.map(pluginAsJson)))
  else if (plugins.length > 0) io.stdout.write(pluginsAsTable(plugins, options.all === true))
  else io.stderr.write(`No ${kind === undefined ? 'plugins' : `${wanted[0]}s`} in ${folder}\n`)
  io.stderr.write(problemsAsText(problems, styleFor({ stream: io.stderr, env: io.env })))
  return 0
}
