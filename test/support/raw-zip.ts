import { crc32, deflateRawSync } from 'node:zlib'

/** An entry exactly as it is to stand in the zip, sound or not. */
export interface RawEntry {
  name: string
  /** Unix mode; its type is that of a regular file, or of a folder where the name ends in `/`, unless given. */
  mode: number
  content?: Buffer | string
  /** What the directory says instead of the truth. */
  claims?: { method?: number; checksum?: number; size?: number; flags?: number; madeOn?: number }
}

/** The bytes of a zip with these entries, whatever is wrong with them: a real library would refuse to write most. */
export function rawZip(entries: readonly RawEntry[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const { local, central } = encode(entry, offset)
    locals.push(local)
    directory.push(central)
    offset += local.length
  }
  const length = Buffer.concat(directory).length
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, ...directory, end])
}

function encode({ name, mode, content = '', claims = {} }: RawEntry, offset: number) {
  const bytes = Buffer.from(content)
  const packed = deflateRawSync(bytes)
  const path = Buffer.from(name)
  const type = name.endsWith('/') ? 0o040000 : 0o100000
  const { method = 8, checksum = crc32(bytes), size = bytes.length, flags = 0, madeOn = 3 } = claims
  // Common to both headers: version needed, flags, method, time, date, checksum, sizes, length of the name.
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt16LE(flags, 2)
  common.writeUInt16LE(method, 4)
  common.writeUInt32LE(checksum, 10)
  common.writeUInt32LE(packed.length, 14)
  common.writeUInt32LE(size, 18)
  common.writeUInt16LE(path.length, 22)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE((madeOn << 8) | 20, 4)
  common.copy(central, 6)
  central.writeUInt32LE((((mode > 0o7777 ? 0 : type) | mode) << 16) >>> 0, 38)
  central.writeUInt32LE(offset, 42)
  const signature = Buffer.from('504b0304', 'hex')
  return {
    local: Buffer.concat([signature, common, path, packed]),
    central: Buffer.concat([central, path]),
  }
}
