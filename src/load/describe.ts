import * as fs from 'node:fs'
import * as path from 'node:path'
import { crc32 } from 'node:zlib'
import { buildsFile, descriptionOf, folderOfRecords } from '../build/record-files.js'
import { isObjectLike } from '../data/object.js'
import { isUsageError } from '../errors/usage-error.js'
import { kplugBuild } from '../project/installation.js'
import { writeFiles } from '../project/staging.js'
import type { Inspected, InspectionRequest } from './message.js'

/** The part of the records of builds that matters here, if another kplug did not write them. */
interface Builds {
  plugins: Record<string, { carried?: unknown[] } | undefined>
}

interface Description {
  kplug: string
  /** The length and the checksum of the file that was loaded. `node:crypto` would take longer to load than all this. */
  code: string
  seen: Inspected
}

/**
 * Resolves with the description of a built file, whose path is below the plugins folder, with `/`. If kplug built the
 * file, the description is kept beside the record of the build, and the file is not loaded again before it changes.
 */
export async function describeBuilt(plugins: string, request: InspectionRequest): Promise<Inspected> {
  const { file } = request
  const full = path.join(plugins, file)
  const kplug = kplugBuild()
  const bytes = fs.readFileSync(full)
  const code = `${bytes.length} ${crc32(bytes)}`
  const kept = read<Description>(path.join(plugins, descriptionOf(file)))
  if (kept?.kplug === kplug && kept.code === code && kept.seen) return kept.seen
  const { inspectBuilt } = await import('./inspect.js')
  const [seen = { file: full }] = await inspectBuilt([{ ...request, file: full }])
  if (seen.failure === undefined && standsAlone(plugins, file))
    keep(plugins, file, { kplug, code, seen: { ...seen, file } })
  return seen
}

/** Whether kplug built a file, and the file loads no package that may change beside it. */
const standsAlone = (plugins: string, file: string): boolean =>
  read<Builds>(path.join(plugins, buildsFile))?.plugins?.[file]?.carried?.length === 0

function keep(plugins: string, file: string, description: Description): void {
  const below = path.posix.relative(folderOfRecords, descriptionOf(file))
  try {
    writeFiles(path.join(plugins, folderOfRecords), [[below, JSON.stringify(description)]])
  } catch (error) {
    // In a read-only folder, the file is loaded each time.
    if (!isUsageError(error)) throw error
  }
}

/** The description that this or another kplug wrote; undefined if there is none. */
function read<T extends object>(file: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8'))
    // A file that somebody else wrote has none of the fields that are asked for.
    return isObjectLike(value) ? value : undefined
  } catch {
    return undefined
  }
}
