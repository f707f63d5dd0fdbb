import type { PluginId } from '../plugin/plugin-id.js'
import type { RemotePlugin, RuleUse } from '../plugin/remote-plugin.js'
import { printable } from './printable.js'
import { counted, table } from './table.js'

const columns = ['TYPE', 'NAME', 'PACKAGE', 'VERSION', 'STATE', 'RULE', 'ROWS', 'EXCEPTIONS', 'DROPS']

/** One line for each plugin of an engine and for each rule that uses it. */
export function remotePluginsAsTable(plugins: readonly RemotePlugin[]): string {
  const rows = plugins.flatMap(({ kind, name, package: packageName, version, state, uses }) => {
    const own = [kind, name, packageName, shown(version), state]
    return uses.length === 0 ? [own] : uses.map(use => [...own, ...useCells(use)])
  })
  return table([columns, ...rows])
}

const useCells = ({ rule, state, rows, exceptions, drops }: RuleUse): string[] => [
  `${printable(rule)}${state === 'running' ? '' : ` (${state})`}`,
  ...[rows, exceptions, drops].map(String),
]

const shown = (version: string): string => version.replace(/^v/, '')

export const remotePluginAsJson = ({ kind, version, uses, ...rest }: RemotePlugin): object => ({
  type: kind,
  ...rest,
  version: shown(version),
  rules: uses.map(({ rule }) => rule),
  uses,
})

export function remotePluginRows(plugin: RemotePlugin): string[][] {
  return [
    ['type', plugin.kind],
    ['name', plugin.name],
    ['version', shown(plugin.version)],
    ['package', plugin.package],
    ['state', plugin.message === '' ? plugin.state : `${plugin.state}: ${printable(plugin.message)}`],
    ...(plugin.uses.length === 0 ? [['rules', 'none']] : plugin.uses.map(useRow)),
  ]
}

function useRow({ rule, state, rows, exceptions, drops, lastException }: RuleUse): string[] {
  const last = lastException === '' ? '' : `, last: ${printable(lastException)}`
  return [
    'rule',
    `${printable(rule)}: ${state}, ${counted(rows, 'row')}, ${counted(exceptions, 'exception')}, ${counted(drops, 'drop')}${last}`,
  ]
}

/** A plugin that differs between the engine and the project. */
export interface Difference extends PluginId {
  here: string | undefined
  there: string | undefined
}

export function differencesAsTable(differences: readonly Difference[]): string {
  const rows = differences.map(({ kind, name, here, there }) => [kind, name, here ?? '-', there ?? '-'])
  return table([['TYPE', 'NAME', 'HERE', 'THERE'], ...rows])
}
