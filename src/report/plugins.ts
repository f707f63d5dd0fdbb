import type { InstalledPlugin, InstalledVersion } from '../plugin/installed.js'
import { table } from './table.js'

/** A plugin in the output of `--json`. Files are relative to the plugins folder. A missing version is null. */
export interface PluginJson {
  type: string
  name: string
  symbol: string
  version: string | null
  file: string
  versions: { version: string | null; file: string; inEffect: boolean }[]
}

export function pluginAsJson({ kind, name, symbol, versions }: InstalledPlugin): PluginJson {
  const [latest] = versions
  return {
    type: kind,
    name,
    symbol,
    version: latest.version ?? null,
    file: latest.file,
    versions: versions.map(({ version, file }) => ({
      version: version ?? null,
      file,
      inEffect: file === latest.file,
    })),
  }
}

/** One line for each plugin, or with `all` for each version. The version in effect is marked. */
export function pluginsAsTable(plugins: readonly InstalledPlugin[], all: boolean): string {
  const rows = plugins.flatMap(plugin =>
    plugin.versions
      .filter((_, index) => all || index === 0)
      .map((version, index) => [plugin.kind, plugin.name, shown(version), mark(plugin, index, all)]),
  )
  return table([['TYPE', 'NAME', 'VERSION', ''], ...rows])
}

const shown = ({ version }: InstalledVersion): string => version ?? 'none'

function mark({ versions }: InstalledPlugin, index: number, all: boolean): string {
  if (index > 0) return ''
  return all || versions.length === 1 ? 'in effect' : `in effect, ${versions.length - 1} more`
}

/** Kind, name and version of a plugin, and its other versions. */
export function pluginRows(plugin: InstalledPlugin): string[][] {
  const [latest, ...others] = plugin.versions
  return [
    ['type', plugin.kind],
    ['name', plugin.name],
    ['version', shown(latest)],
    ...(others.length === 0 ? [] : [['also', others.map(shown).join(', ')]]),
  ]
}
