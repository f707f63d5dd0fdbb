/** A changed package.json, with the indentation of its old text. */
export function manifestAsText(manifest: Record<string, unknown>, text: string): string {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  '
  return `${JSON.stringify(manifest, undefined, indent)}\n`
}
