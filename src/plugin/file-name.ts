import { type Name, parseName } from './name.js'
import { shownVersion } from './version.js'

/** What the name of a built file says of its plugin. */
export interface FileName extends Name {
  /** Without one leading `v`; undefined where the file has none. */
  version: string | undefined
  extension: '.js' | '.so'
}

/**
 * Reads `Symbol.js`, `name.js`, `Symbol@v1.0.0.js`, `Symbol@20200331.so`: any text after the first `@` is the
 * version. Undefined for a file that is no plugin, `X@.js` and `X@v.js` included.
 */
export function parseFileName(file: string): FileName | undefined {
  const match = /^([^@]*)(?:@(.*))?(\.js|\.so)$/s.exec(file)
  if (!match) return undefined
  const [, base = '', text, extension] = match
  const name = parseName(base)
  const version = text === undefined ? undefined : shownVersion(text)
  if (!name || version === '') return undefined
  return { ...name, version, extension: extension === '.so' ? '.so' : '.js' }
}

/** The file that `kplug build` writes, without its extension: `MySource@v1.0.0`. */
export function fileStem(symbol: string, version: string | undefined): string {
  return version === undefined ? symbol : `${symbol}@v${shownVersion(version)}`
}
