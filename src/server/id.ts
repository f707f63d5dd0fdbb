/** Why a text is not a valid plugin name, with the engine's message; undefined if it is valid. */
export function idAdvice(id: string): string | undefined {
  if (id === '') return 'id cannot be empty'
  if (id !== id.trim()) return `id '${id}' contains leading or trailing whitespace`
  if (/^[\w-]+$/.test(id)) return undefined
  return `id '${id}' contains invalid characters: only alphanumeric, hyphens and underscores are allowed`
}
