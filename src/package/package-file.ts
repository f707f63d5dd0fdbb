import * as path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import * as z from 'zod/mini'
import { manifestFile } from '../plugin/package-manifest.js'
import { packageNameAdvice } from './package-name.js'

const names = z._default(z.array(z.string()), [])

/** `NAME.json` of a package: what eKuiper knows of it. */
const manifest = z.object({
  version: z._default(z.string(), ''),
  language: z.string(),
  executable: z.string(),
  sources: names,
  sinks: names,
  functions: names,
})

/** What a package says of itself. */
export interface PackageContents extends z.infer<typeof manifest> {
  name: string
  /** Its metadata, as JSON values by their paths in the package: `sources/mySource.json`. */
  metadata: ReadonlyMap<string, unknown>
}

// More than any honest package has: what is larger is not read, whatever it claims.
const limits = { entries: 100_000, describing: 3000, bytesOfOne: 1024 * 1024 }

/** Reads what describes a package from its zip, and nothing else of it. Rejects where it is none, saying why. */
export async function readPackageFile(file: string): Promise<PackageContents> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false })
  try {
    return contentsOf(await readDescribing(zip))
  } finally {
    zip.close()
  }
}

/** `NAME.json` at the root, and the metadata of each kind. */
const isDescribing = (entry: string): boolean => /^(?:(?:sources|sinks|functions)\/)?[^/]+\.json$/.test(entry)

async function readDescribing(zip: ZipFile): Promise<Map<string, unknown>> {
  if (zip.entryCount > limits.entries) throw new RangeError(`it holds ${zip.entryCount} files`)
  const found = new Map<string, unknown>()
  for await (const entry of zip.eachEntry()) {
    if (!isDescribing(entry.fileName) || found.size >= limits.describing) continue
    found.set(entry.fileName, await readJson(zip, entry))
  }
  return found
}

async function readJson(zip: ZipFile, entry: Entry): Promise<unknown> {
  if (entry.uncompressedSize > limits.bytesOfOne) {
    throw new RangeError(`"${entry.fileName}" has ${entry.uncompressedSize} bytes`)
  }
  const text = (await buffer(await zip.openReadStreamPromise(entry))).toString('utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SyntaxError(`"${entry.fileName}" is not JSON`, { cause: error })
  }
}

function contentsOf(metadata: Map<string, unknown>): PackageContents {
  for (const [file, value] of metadata) {
    const name = path.posix.basename(file, '.json')
    if (file.includes('/') || file === manifestFile || packageNameAdvice(name) !== undefined) continue
    const parsed = manifest.safeParse(value)
    if (parsed.success) return { name, ...parsed.data, metadata }
  }
  throw new TypeError('it has no manifest, such as "NAME.json"')
}
