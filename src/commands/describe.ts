import type { Command } from 'commander'
import { folderOf, type Kind } from '../plugin/kind.js'
import { nearest } from '../errors/nearest.js'
import type { Problem } from '../problem/problem.js'
import { findInstalled, locatePlugins, readPlugins } from '../project/plugins-folder.js'
import { asJson, pluginAsJson, pluginAsText } from '../report/plugins.js'
import { shownPath } from '../report/path.js'
import { problemsAsText } from '../report/problems.js'
import { styleFor } from '../report/style.js'
import { kindFrom, nameFrom } from './arguments.js'
import type { ExitCode, Io } from '../io.js'

interface Options {
  plugins?: string
  json?: boolean
  engine?: string
  ca?: string
}

export function define(command: Command): void {
  command
    .argument('<kind>', 'source, sink or function')
    .argument('<name>', "the plugin's name or symbol")
    .option('--plugins <dir>', "another plugins folder than the project's, an engine's for example")
    .option('--engine <url>', 'a portable plugin of a running engine instead')
    .option('--ca <file>', "the certificate that signed the engine's own")
    .option('--json', 'print JSON: also symbol, file and all versions')
}

export async function run(
  io: Io,
  [kindText, nameText]: [string, string],
  options: Options,
): Promise<ExitCode> {
  const kind = kindFrom(kindText)
  const { name } = nameFrom(nameText)
  const { engine } = options
  if (engine !== undefined) {
    const { describeRemote } = await import('./remote.js')
    return describeRemote(io, kind, name, { ...options, engine })
  }
  const folder = locatePlugins(io.cwd(), options.plugins)
  const { plugins, problems } = readPlugins(folder, [kind])
  const concerning = problems.filter(problem => concerns(problem, kind, name))
  io.stderr.write(problemsAsText(concerning, styleFor({ stream: io.stderr, env: io.env })))
  const plugin = findInstalled(plugins, kind, name)
  if (!plugin) {
    const meant = nearest(
      name,
      plugins.map(other => other.name),
    )
    const remedy = meant === undefined ? 'see "kplug list"' : `did you mean "${meant}"?`
    io.stderr.write(`No ${kind} "${name}" in ${shownPath(io.cwd(), folder)}: ${remedy}\n`)
    return 1
  }
  const style = styleFor({ stream: io.stdout, env: io.env })
  io.stdout.write(options.json ? asJson(pluginAsJson(plugin)) : pluginAsText(plugin, style))
  return 0
}

/** Whether a problem is about files that are, or were meant to be, this plugin; or about the folder of its kind. */
function concerns({ file = '' }: Problem, kind: Kind, name: string): boolean {
  if (file === folderOf(kind)) return true
  const [folder, base = ''] = file.split('/')
  const [stem = ''] = base.split(/[@.]/)
  return folder === folderOf(kind) && stem.toLowerCase() === name.toLowerCase()
}
