import type { Command } from 'commander'
import { nearest } from '../plugin/nearest.js'
import { findInstalled, locatePlugins, readPlugins } from '../project/plugins-folder.js'
import { asJson, pluginAsJson, pluginAsText } from '../report/plugins.js'
import { problemsAsText } from '../report/problems.js'
import { styleFor } from '../report/style.js'
import { kindFrom, nameFrom } from './arguments.js'
import type { ExitCode, Io } from './io.js'

interface Options {
  plugins?: string
  json?: boolean
}

export function define(command: Command): void {
  command
    .argument('<kind>', 'source, sink or function')
    .argument('<name>', "the plugin's name or symbol")
    .option('--plugins <dir>', "another plugins folder than the project's, an engine's for example")
    .option('--json', 'print JSON: also symbol, file and all versions')
}

export function run(io: Io, [kindText, nameText]: [string, string], options: Options): ExitCode {
  const kind = kindFrom(kindText)
  const { name } = nameFrom(nameText)
  const folder = locatePlugins(io.cwd(), options.plugins)
  const { plugins, problems } = readPlugins(folder, [kind])
  const plugin = findInstalled(plugins, kind, name)
  if (!plugin) {
    const meant = nearest(
      name,
      plugins.map(other => other.name),
    )
    const remedy = meant === undefined ? 'see "kplug list"' : `did you mean "${meant}"?`
    io.stderr.write(`No ${kind} "${name}" in ${folder}: ${remedy}\n`)
    return 1
  }
  const style = styleFor({ stream: io.stdout, env: io.env })
  io.stdout.write(options.json ? asJson(pluginAsJson(plugin)) : pluginAsText(plugin, style))
  const own = problems.filter(({ file }) => plugin.versions.some(version => version.file === file))
  io.stderr.write(problemsAsText(own, styleFor({ stream: io.stderr, env: io.env })))
  return 0
}
