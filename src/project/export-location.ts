import { positionAt } from '../problem/position.js'

/** The position of a name's export in a TypeScript file; else the file's first export, else line 1. */
export function locationOfExport(text: string, name: string): { line: number; column: number } {
  const own = new RegExp(
    `\\bexport\\s+(?:declare\\s+)?(?:abstract\\s+|async\\s+)?(?:class|const|let|var|function\\*?)\\s+(?=${name}\\b)|\\bexport\\s*\\{[^}]*?(?=\\b${name}\\b)`,
  ).exec(text)
  return positionAt(text, own ? own.index + own[0].length : Math.max(0, text.search(/\bexport\b/)))
}
