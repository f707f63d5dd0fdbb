import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { crc32 } from 'node:zlib'
import * as path from 'node:path'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { checksumsFile } from './checksums.js'
import type { PackageContents, ZipEntry } from './contents.js'
import { zipProblems } from '../problem/zip-problems.js'
import type { Problem } from '../problem/problem.js'

// A zip may be hostile: the reader checks all stated sizes against limits first, and keeps only the requested bytes.

const mostEntries = 50_000
const mostBytes = 1024 ** 3
// Text compresses to about a tenth. An entry that unpacks to hundreds of times its size is an attack.
const highestRatio = 200
const ratioMatters = 64 * 1024 ** 2
const mostText = 1024 ** 2
// Of the longest list of checksums.
const mostList = 160 * mostEntries
const beginning = 256

/** Names are decoded and checked here, because the library stops at the first name that it refuses. */
export const openZip = (file: string): Promise<ZipFile> =>
  openPromise(file, { autoClose: false, decodeStrings: false })

export interface Found {
  raw: Entry
  entry: ZipEntry
}

/** How much of an entry to read. */
export type Wanted = 'whole' | 'beginning' | 'nothing'

/**
 * Reads the requested entries of a zip, each byte once, and reports errors that only reading can show. A whole entry
 * has at most 1 MiB, so memory use does not depend on the size of the zip.
 */
export async function readZip(
  file: string,
  wanted: (name: string) => Wanted,
): Promise<PackageContents | { problem: Problem }> {
  let zip: ZipFile | undefined
  try {
    zip = await openZip(file)
    if (zip.entryCount > mostEntries)
      return { problem: zipProblems.tooLarge(`has more than ${mostEntries} entries`) }
    const found = await directoryOf(zip)
    const excess = excessOf(found, fs.statSync(file).size, wanted)
    if (excess !== undefined) return { problem: zipProblems.tooLarge(excess) }
    return await contentsOf(zip, found, wanted)
  } catch (error) {
    if (!(error instanceof Error) || 'syscall' in error) throw error
    return { problem: unreadable(error.message) }
  } finally {
    zip?.close()
  }
}

/** The library's message for a file without a central directory, without the part that repeats it. */
const unreadable = (reason: string): Problem =>
  zipProblems.unreadable(reason.startsWith('End of central directory') ? '' : reason)

/** All entries of a zip, in order. */
export async function directoryOf(zip: ZipFile): Promise<Found[]> {
  const found: Found[] = []
  for await (const raw of zip.eachEntry()) found.push({ raw, entry: entryFrom(raw) })
  return found
}

function entryFrom(raw: Entry): ZipEntry {
  const name = raw.fileNameRaw.toString()
  return {
    name,
    path: path.posix.normalize(name).replace(/(?<!^)\/$/, ''),
    isFolder: name.endsWith('/'),
    mode: modeOf(raw),
    method: raw.compressionMethod,
    encrypted: raw.isEncrypted(),
    size: raw.uncompressedSize,
  }
}

const unix = new Set([3, 19])
const dos = new Set([0, 11, 14])

/** The mode that the engine gives the file. It depends on the system that the zip names as its origin. */
function modeOf({ versionMadeBy, externalFileAttributes }: Entry): number {
  const system = versionMadeBy >> 8
  if (unix.has(system)) return externalFileAttributes >>> 16
  if (!dos.has(system)) return 0
  return externalFileAttributes & 1 ? 0o444 : 0o666
}

/** What exceeds a limit, according to the stated sizes. */
function excessOf(
  found: readonly Found[],
  packed: number,
  wanted: (name: string) => Wanted,
): string | undefined {
  const bytes = found.reduce((sum, { entry }) => sum + entry.size, 0)
  const megabytes = `${Math.round(bytes / 1e6)} MB`
  if (bytes > mostBytes) return `unpacks to ${megabytes}, and the limit is ${Math.round(mostBytes / 1e6)} MB`
  if (bytes >= ratioMatters && bytes >= packed * highestRatio)
    return `unpacks to ${megabytes}, ${Math.round(bytes / packed)} times its own size`
  const large = found.find(({ entry: { name, size } }) => size > limitOf(name) && wanted(name) === 'whole')
  if (large === undefined) return undefined
  const { name, size } = large.entry
  return `has a file "${name}" of ${size} bytes, and the limit is ${limitOf(name)}`
}

const limitOf = (name: string): number => (name === checksumsFile ? mostList : mostText)

async function contentsOf(
  zip: ZipFile,
  found: readonly Found[],
  wanted: (name: string) => Wanted,
): Promise<PackageContents> {
  const texts = new Map<string, Buffer>()
  const sums = new Map<string, string>()
  const damaged = new Set<string>()
  for (const { raw, entry } of found) {
    const amount = wanted(entry.name)
    if (amount === 'nothing' || entry.isFolder || !raw.canDecodeFileData()) continue
    const read = await readEntry(zip, raw, amount === 'whole' ? limitOf(entry.name) : beginning)
    if (read === undefined) {
      damaged.add(entry.name)
      continue
    }
    texts.set(entry.name, read.text)
    sums.set(entry.name, read.sum)
  }
  return { entries: found.map(({ entry }) => entry), texts, sums, damaged }
}

/** The first bytes of an entry, and the SHA-256 of them all; undefined if its checksum is wrong. */
async function readEntry(
  zip: ZipFile,
  raw: Entry,
  keep: number,
): Promise<{ text: Buffer; sum: string } | undefined> {
  const kept: Buffer[] = []
  const hash = createHash('sha256')
  let length = 0
  let checksum = 0
  try {
    for await (const chunk of await zip.openReadStreamPromise(raw)) {
      // The stream has no encoding, so its chunks are bytes.
      const bytes = chunk as Buffer
      checksum = crc32(bytes, checksum)
      hash.update(bytes)
      if (length < keep) kept.push(bytes.subarray(0, keep - length))
      length += bytes.length
    }
  } catch {
    // Bytes that cannot be unpacked are damaged too.
    return undefined
  }
  return checksum === raw.crc32 ? { text: Buffer.concat(kept), sum: hash.digest('hex') } : undefined
}
