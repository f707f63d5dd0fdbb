import * as fs from 'node:fs'
import { pipeline } from 'node:stream/promises'
import * as path from 'node:path'
import { directoryOf, openZip } from './read-zip.js'

/**
 * Writes the contents of a zip into a folder, with their modes. It checks nothing: the caller has validated the zip.
 */
export async function unpack(file: string, folder: string): Promise<void> {
  const zip = await openZip(file)
  try {
    for (const { raw, entry } of await directoryOf(zip)) {
      const full = path.join(folder, entry.name)
      fs.mkdirSync(entry.isFolder ? full : path.dirname(full), { recursive: true })
      if (entry.isFolder) continue
      const stream = await zip.openReadStreamPromise(raw)
      await pipeline(stream, fs.createWriteStream(full, { mode: entry.mode & 0o777 }))
    }
  } finally {
    zip.close()
  }
}
