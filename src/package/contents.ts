/** An entry of a zip, as the directory of the zip describes it. */
export interface ZipEntry {
  /** As written; a folder ends in `/`. */
  name: string
  /** Unix mode with the type, as the engine takes it. A zip made on a system without modes has 0666. */
  mode: number
  /** The number of the compression method. The engine knows 0 and 8. */
  method: number
  encrypted: boolean
  /** Unpacked bytes, as the directory claims. */
  size: number
}

/** A package that was read. */
export interface PackageContents {
  /** In the order of the zip. */
  entries: readonly ZipEntry[]
  /** The bytes of the entries that were wanted, by name: all of them, or only their beginning. */
  texts: ReadonlyMap<string, Buffer>
  /** The entries that were read and whose bytes do not have the checksum of the zip. */
  damaged: ReadonlySet<string>
}

export const isFolder = ({ name }: ZipEntry): boolean => name.endsWith('/')

/** The path that the engine makes of a name: without `.` and empty parts, and with `..` resolved where possible. */
export function cleanPath(name: string): string {
  const absolute = name.startsWith('/')
  const parts: string[] = []
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '..' || !absolute) parts.push(part)
  }
  return `${absolute ? '/' : ''}${parts.join('/')}` || '.'
}
