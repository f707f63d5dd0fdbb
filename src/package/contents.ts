/** An entry of a zip, as the directory of the zip describes it. */
export interface ZipEntry {
  /** As written. The name of a folder ends in `/`. */
  name: string
  /** What the engine makes of the name: without `.` and empty parts, and with `..` resolved if possible. */
  path: string
  isFolder: boolean
  /** Unix mode with the file type, as the engine reads it. A zip from a system without modes has 0666. */
  mode: number
  /** The number of the compression method. The engine supports 0 and 8. */
  method: number
  encrypted: boolean
  /** The unpacked size in bytes that the directory states. */
  size: number
}

/** A package after reading. */
export interface PackageContents {
  /** In the order of the zip. */
  entries: readonly ZipEntry[]
  /** The bytes of the requested entries, by name: all of them, or only the beginning. */
  texts: ReadonlyMap<string, Buffer>
  /** The SHA-256 of the entries that were read, by name. */
  sums: ReadonlyMap<string, string>
  /** Entries that were read and whose checksum is wrong. */
  damaged: ReadonlySet<string>
}

export const filesOf = ({ entries }: Pick<PackageContents, 'entries'>): ZipEntry[] =>
  entries.filter(({ isFolder }) => !isFolder)
