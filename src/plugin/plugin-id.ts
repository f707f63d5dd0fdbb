import type { Kind } from './kind.js'

/** What identifies a plugin in a project, a package or an engine. */
export interface PluginId {
  kind: Kind
  name: string
}

/** The kind and name as one text, for a map. */
export const keyOfPlugin = ({ kind, name }: PluginId): string => `${kind} ${name}`

/** The plugin with this kind and name; undefined if there is none. */
export const findPlugin = <P extends PluginId>(
  plugins: readonly P[],
  { kind, name }: PluginId,
): P | undefined => plugins.find(plugin => plugin.kind === kind && plugin.name === name)
