/** Why a text cannot be the name of a plugin, in the engine's words; undefined where it can. */
export function idAdvice(id: string): string | undefined {
  if (id === '') return 'id cannot be empty'
  if (id !== id.trim()) return `id '${id}' contains leading or trailing whitespace`
  if (/^[\w-]+$/.test(id)) return undefined
  return `id '${id}' contains invalid characters: only alphanumeric, hyphens and underscores are allowed`
}
