/** An entry of a zip as its directory has it. */
export interface ZipEntry {
  /** As it is written, with `/` at its end for a folder. */
  name: string
  /** Unix mode, type included, as the engine takes it: from systems without modes it is 0666. */
  mode: number
  /** The number of the method that it is packed with; only 0 and 8 are known everywhere. */
  method: number
  encrypted: boolean
  /** Bytes when unpacked, as the directory says. */
  size: number
}

/** A package that was read: its entries in order, and the bytes of those that a check looks at. */
export interface PackageContents {
  entries: readonly ZipEntry[]
  /** By name: descriptions whole, other files only their beginning. */
  texts: ReadonlyMap<string, Buffer>
  /** Entries whose bytes are not those that the zip says. */
  damaged: ReadonlySet<string>
}

export const isFolder = ({ name }: ZipEntry): boolean => name.endsWith('/')

/** The path that the engine gives a name: without `.`, empty parts, and `..` as far as they can be resolved. */
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
