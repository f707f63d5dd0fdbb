import { inflateRawSync } from 'node:zlib'

/** A file or folder of a zip, as its directory at the end tells. */
export interface Unzipped {
  path: string
  /** The unix mode, octal: `100755`. */
  mode: string
  /** DOS date and time as one number. */
  time: number
  content: Buffer
}

/** Reads a zip as an engine does: in the order of its directory. */
export function unzip(zip: Buffer): Unzipped[] {
  const end = zip.lastIndexOf(Buffer.from('504b0506', 'hex'))
  const entries: Unzipped[] = []
  for (let at = zip.readUInt32LE(end + 16); zip.readUInt32LE(at) === 0x02014b50; ) {
    const [name, extra, comment] = [28, 30, 32].map(field => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ]
    entries.push({
      path: zip.toString('utf8', at + 46, at + 46 + name),
      mode: (zip.readUInt32LE(at + 38) >>> 16).toString(8),
      time: zip.readUInt32LE(at + 12),
      content: contentAt(zip, zip.readUInt32LE(at + 42), zip.readUInt32LE(at + 20)),
    })
    at += 46 + name + extra + comment
  }
  return entries
}

function contentAt(zip: Buffer, header: number, length: number): Buffer {
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
  const bytes = zip.subarray(start, start + length)
  return zip.readUInt16LE(header + 8) === 8 ? inflateRawSync(bytes) : bytes
}
