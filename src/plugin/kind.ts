/** What a plugin is to the engine. */
export type Kind = 'source' | 'sink' | 'function'

export const kinds: readonly Kind[] = ['source', 'sink', 'function']

/** The folder that holds the plugins of a kind, in `src/` and in `plugins/`. */
export const folderOf = (kind: Kind): string => `${kind}s`

/** Reads `source`, `sources`, `Sink`…; undefined for anything else. */
export function parseKind(text: string): Kind | undefined {
  const word = text.toLowerCase().replace(/s$/, '')
  return kinds.find(kind => kind === word)
}
