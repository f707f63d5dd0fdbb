import { isRow } from '../data/row.js'

/** The object under a key of a package.json; empty if the key is missing. */
export function recordAt(value: Record<string, unknown>, key: string): Record<string, unknown> {
  const found = value[key]
  return isRow(found) ? found : {}
}

/** A changed package.json, with the indentation of its old text. */
export function asJson(manifest: Record<string, unknown>, text: string): string {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  '
  return `${JSON.stringify(manifest, undefined, indent)}\n`
}
