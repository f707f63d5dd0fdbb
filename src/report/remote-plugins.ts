import type { Kind } from '../plugin/kind.js'
import { table } from './table.js'

interface RemotePlugin {
  kind: Kind
  name: string
  package: string
  version: string
  state: string
  rules: readonly string[]
}

/** One line a plugin of an engine: type, name, package, its version, the state of its process, the rules that use it. */
export function remotePluginsAsTable(plugins: readonly RemotePlugin[]): string {
  const rows = plugins.map(plugin => [
    plugin.kind,
    plugin.name,
    plugin.package,
    shown(plugin.version),
    plugin.state,
    plugin.rules.join(', '),
  ])
  return table([['TYPE', 'NAME', 'PACKAGE', 'VERSION', 'STATE', 'RULES'], ...rows])
}

const shown = (version: string): string => version.replace(/^v/, '')

export const remotePluginAsJson = ({ kind, version, ...rest }: RemotePlugin): object => ({
  type: kind,
  ...rest,
  version: shown(version),
})

export function remotePluginAsText(plugin: RemotePlugin): string {
  return table([
    ['type', plugin.kind],
    ['name', plugin.name],
    ['version', shown(plugin.version)],
    ['package', plugin.package],
    ['state', plugin.state],
    ['rules', plugin.rules.length === 0 ? 'none' : plugin.rules.join(', ')],
  ])
}

/** A plugin that is not the same here and there. */
export interface Difference {
  kind: Kind
  name: string
  here: string | undefined
  there: string | undefined
}

export function differencesAsTable(differences: readonly Difference[]): string {
  const rows = differences.map(({ kind, name, here, there }) => [kind, name, here ?? '-', there ?? '-'])
  return table([['TYPE', 'NAME', 'HERE', 'THERE'], ...rows])
}
