import * as fs from 'node:fs'
import { crc32 } from 'node:zlib'
import { promisify } from 'node:util'
import { type Entry, type Options, open, type ZipFile } from 'yauzl'
import type { PackageContents, ZipEntry } from './contents.js'
import { tooLarge, unreadable } from './zip-problems.js'
import type { Problem } from '../problem/problem.js'

// A zip is anybody's: nothing in it is believed before it is counted, and nothing is kept but what a check looks at.

const mostEntries = 50_000
const mostBytes = 1024 ** 3
// Text packs to a tenth; what unpacks to hundreds of times its size is made to.
const highestRatio = 200
const ratioMatters = 64 * 1024 ** 2
const mostText = 1024 ** 2
const beginning = 256

const opened = promisify<string, Options, ZipFile>(open)

/** Names are decoded and judged here: the library would stop at the first that it does not like. */
export const openZip = (file: string): Promise<ZipFile> =>
  opened(file, { lazyEntries: true, autoClose: false, decodeStrings: false })

export interface Found {
  raw: Entry
  entry: ZipEntry
}

/** Reads a zip, each byte once, and checks what only reading can tell. Memory does not grow with its size. */
export async function readZip(file: string): Promise<PackageContents | { problem: Problem }> {
  const begun = await opening(file)
  if ('problem' in begun) return begun
  const { zip } = begun
  try {
    const found = await directoryOf(zip)
    const problem = refuseLarge(found, fs.statSync(file).size)
    return problem === undefined ? await contentsOf(zip, found) : { problem }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { problem: error instanceof TooManyEntries ? tooLarge(error.message) : unreadable(error.message) }
  } finally {
    zip.close()
  }
}

async function opening(file: string): Promise<{ zip: ZipFile } | { problem: Problem }> {
  try {
    return { zip: await openZip(file) }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error
    return { problem: unreadable(error instanceof Error ? error.message : String(error)) }
  }
}

class TooManyEntries extends Error {}

/** All entries of a zip, in order. */
export function directoryOf(zip: ZipFile): Promise<Found[]> {
  return new Promise((resolve, reject) => {
    const found: Found[] = []
    zip.on('entry', (raw: Entry) => {
      found.push({ raw, entry: entryFrom(raw) })
      if (found.length > mostEntries) reject(new TooManyEntries(`has more than ${mostEntries} entries`))
      else zip.readEntry()
    })
    zip.on('end', () => resolve(found))
    zip.on('error', reject)
    zip.readEntry()
  })
}

function entryFrom(raw: Entry): ZipEntry {
  return {
    // Undecoded, as it was asked for.
    name: (raw.fileName as unknown as Buffer).toString(),
    mode: modeOf(raw),
    method: raw.compressionMethod,
    encrypted: (raw.generalPurposeBitFlag & 1) !== 0,
    size: raw.uncompressedSize,
  }
}

const unix = new Set([3, 19])
const dos = new Set([0, 11, 14])

/** The mode that the engine gives the file: it depends on the system that the zip says it was made on. */
function modeOf({ versionMadeBy, externalFileAttributes }: Entry): number {
  const system = versionMadeBy >> 8
  if (unix.has(system)) return externalFileAttributes >>> 16
  if (!dos.has(system)) return 0
  return externalFileAttributes & 1 ? 0o444 : 0o666
}

function refuseLarge(found: readonly Found[], packed: number): Problem | undefined {
  const bytes = found.reduce((sum, { entry }) => sum + entry.size, 0)
  const megabytes = `${Math.round(bytes / 1e6)} MB`
  if (bytes > mostBytes)
    return tooLarge(`unpacks to ${megabytes}, and the limit is ${Math.round(mostBytes / 1e6)} MB`)
  if (bytes < ratioMatters || bytes < packed * highestRatio) return undefined
  return tooLarge(`unpacks to ${megabytes}, ${Math.round(bytes / packed)} times its own size`)
}

async function contentsOf(zip: ZipFile, found: readonly Found[]): Promise<PackageContents> {
  const texts = new Map<string, Buffer>()
  const damaged = new Set<string>()
  for (const { raw, entry } of found) {
    if (entry.name.endsWith('/') || !raw.canDecodeFileData()) continue
    const keep = isDescription(entry.name) ? mostText : beginning
    const read = await readEntry(zip, raw, keep)
    if (read === undefined) damaged.add(entry.name)
    else texts.set(entry.name, read)
  }
  return { entries: found.map(({ entry }) => entry), texts, damaged }
}

const isDescription = (name: string): boolean => /^[^/]*\.json$|^sources\/[^/]*\.yaml$/.test(name)

export const openEntry = (zip: ZipFile, raw: Entry): Promise<NodeJS.ReadableStream> =>
  new Promise((resolve, reject) =>
    zip.openReadStream(raw, (error, stream) => (error ? reject(error) : resolve(stream))),
  )

/** The first bytes of an entry; undefined where all of them together are not what the directory says. */
async function readEntry(zip: ZipFile, raw: Entry, keep: number): Promise<Buffer | undefined> {
  const kept: Buffer[] = []
  let length = 0
  let checksum = 0
  try {
    for await (const chunk of await openEntry(zip, raw)) {
      // The stream was not told to decode texts.
      const bytes = chunk as Buffer
      checksum = crc32(bytes, checksum)
      if (length < keep) kept.push(bytes.subarray(0, keep - length))
      length += bytes.length
    }
  } catch {
    // Whatever is wrong with its packed bytes, they are not the file's.
    return undefined
  }
  return checksum === raw.crc32 ? Buffer.concat(kept) : undefined
}
