import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import { type PackageEntry, inOrder } from './entries.js'

// A zip holds local time. This date reads the same in every time zone, and the flag leaves out the field with UTC.
const common = { mtime: new Date(2000, 0, 1), forceDosTimestamp: true }

/** The bytes of a zip. The same entries give the same bytes, whatever the time, time zone, umask or system. */
export async function zip(entries: readonly PackageEntry[]): Promise<Buffer> {
  const file = new ZipFile()
  const { folders, files } = inOrder(entries)
  for (const folder of folders) file.addEmptyDirectory(folder, { ...common, mode: 0o40755 })
  for (const { path, content, executable } of files) {
    file.addBuffer(content, path, { ...common, mode: executable ? 0o100755 : 0o100644 })
  }
  file.end()
  return buffer(file.outputStream)
}
