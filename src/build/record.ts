import * as fs from 'node:fs'
import * as path from 'node:path'
import * as z from 'zod/mini'
import { slashedFrom } from '../project/slashed.js'
import { kplugBuild } from '../project/installation.js'
import { builtStem, type PluginSource } from '../project/plugin-sources.js'
import { pluginsFolder, type Project } from '../project/project.js'
import type { Bundle } from './bundle.js'
import type { CarriedPackage } from './carried/carried-package.js'
import { carriedNamespace } from './carried/resolve.js'
import { FileHashes } from './inputs.js'
import { buildsFile, folderOfRecords } from './record-files.js'

// A build records the inputs of its files and the inputs of the type-check.

const inputs = z.record(z.string(), z.nullable(z.string()))

const carried = z.array(z.object({ name: z.string(), folder: z.string(), why: z.string() }))

const buildRecord = z.object({ inputs, carried })

export type BuildRecord = z.infer<typeof buildRecord>

/** By built file, below the plugins folder. */
const buildRecords = z.object({ kplug: z.string(), plugins: z.record(z.string(), buildRecord) })

const checkRecord = z.object({ kplug: z.string(), plugins: z.array(z.string()), inputs })

type CheckRecord = z.infer<typeof checkRecord>

/** Inputs of every build, in addition to a plugin's own files. */
const common = ['package.json', 'tsconfig.json']

/** The record of a plugin's built file. */
export function recordOf(
  { folder }: Project,
  { inputs: files, carried: packages }: Pick<Bundle, 'inputs' | 'carried'>,
  hashes: FileHashes,
): BuildRecord {
  const relative = packages.map(one => ({ ...one, folder: slashedFrom(folder, one.folder) }))
  const manifests = relative.map(one => `${one.folder}/package.json`)
  return { inputs: hashes.of([...common, ...files.filter(isFile), ...manifests]), carried: relative }
}

/** The stand-in for a carried package is not an input. */
const isFile = (input: string): boolean => !input.startsWith(`${carriedNamespace}:`)

/** The records of the built files, with new ones: their path below the plugins folder, and their text. */
export function recordBuilds(
  project: Project,
  made: Readonly<Record<string, BuildRecord>>,
): { file: string; text: string } {
  const kept = Object.entries(readBuilds(project)).filter(([file]) => isBuilt(project, file))
  const plugins = Object.entries({ ...Object.fromEntries(kept), ...made }).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )
  const records = { kplug: kplugBuild(), plugins: Object.fromEntries(plugins) }
  return { file: buildsFile, text: JSON.stringify(records) }
}

const isBuilt = (project: Project, file: string): boolean =>
  fs.existsSync(path.join(pluginsFolder(project), file))

/** The records of another kplug count as missing. */
function readBuilds(project: Project): Record<string, BuildRecord> {
  const records = read(project, buildsFile, buildRecords)
  return records?.kplug === kplugBuild() ? records.plugins : {}
}

/** What a project's builds have recorded, as read at one time. */
export class Builds {
  readonly #project: Project
  readonly #records: ReadonlyMap<string, BuildRecord>
  readonly #hashes: FileHashes

  constructor(project: Project) {
    this.#project = project
    this.#records = new Map(Object.entries(readBuilds(project)))
    this.#hashes = new FileHashes(project.folder)
  }

  /** The packages that a plugin's built file requires. */
  carriedBy(source: PluginSource): CarriedPackage[] {
    const { folder } = this.#project
    return (this.#of(source)?.carried ?? []).map(one => ({
      ...one,
      folder: path.resolve(folder, one.folder),
    }))
  }

  /** The folders of the packages that are bundled into a plugin's built file. */
  bundledIn(source: PluginSource): string[] {
    const record = this.#of(source)
    const carriedToo = new Set(record?.carried.map(({ folder }) => `${folder}/package.json`))
    return Object.keys(record?.inputs ?? {})
      .filter(file => /node_modules\/.*\/package\.json$/.test(file) && !carriedToo.has(file))
      .map(file => path.resolve(this.#project.folder, path.dirname(file)))
  }

  /** Whether a plugin was never built in its current version, or one of its inputs has changed since. */
  isStale(source: PluginSource): boolean {
    const record = this.#of(source)
    return (
      record === undefined ||
      !isBuilt(this.#project, `${builtStem(source)}.js`) ||
      !this.#hashes.areUnchanged(record.inputs)
    )
  }

  #of(source: PluginSource): BuildRecord | undefined {
    return this.#records.get(`${builtStem(source)}.js`)
  }
}

const checkFile = `${folderOfRecords}/checked.json`

/** The record of a type-check without errors. An earlier check remains valid while none of its inputs changes. */
export function recordCheck(
  project: Project,
  sources: readonly PluginSource[],
  files: readonly string[],
): { file: string; text: string } {
  const before = readCheck(project)
  const hashes = new FileHashes(project.folder)
  const record: CheckRecord = {
    kplug: kplugBuild(),
    plugins: [...new Set([...(before?.plugins ?? []), ...sources.map(({ file }) => file)])].sort(),
    inputs: { ...before?.inputs, ...hashes.of([...common, ...files]) },
  }
  return { file: checkFile, text: JSON.stringify(record) }
}

/** Whether plugins were type-checked in their current state. */
export function areChecked(project: Project, sources: readonly PluginSource[]): boolean {
  const checked = new Set(readCheck(project)?.plugins)
  return sources.every(({ file }) => checked.has(file))
}

function readCheck(project: Project): CheckRecord | undefined {
  const record = read(project, checkFile, checkRecord)
  if (record?.kplug !== kplugBuild()) return undefined
  return new FileHashes(project.folder).areUnchanged(record.inputs) ? record : undefined
}

function read<T>(project: Project, file: string, schema: z.ZodMiniType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(fs.readFileSync(path.join(pluginsFolder(project), file), 'utf8')))
  } catch {
    // Without a record, or with the record of another kplug version, everything counts as changed.
    return undefined
  }
}
