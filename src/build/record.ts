import * as fs from 'node:fs'
import * as path from 'node:path'
import { slashedFrom } from '../project/slashed.js'
import { kplugBuild } from '../project/installation.js'
import { builtStem, type PluginSource } from '../project/plugin-sources.js'
import { pluginsFolder, type Project } from '../project/project.js'
import type { Bundle } from './bundle.js'
import type { CarriedPackage } from './carried/carried-package.js'
import { carriedNamespace } from './carried/resolve.js'
import { FileHashes, type Inputs } from './inputs.js'
import { buildsFile, folderOfRecords } from './record-files.js'

// A build records the inputs of its files and the inputs of the type-check.

/** The record of one built file. */
export interface BuildRecord {
  inputs: Inputs
  /** Their folders are relative to the project. */
  carried: CarriedPackage[]
}

/** By built file, below the plugins folder. */
type BuildRecords = Readonly<Record<string, BuildRecord>>

interface CheckRecord {
  inputs: Inputs
  /** The files of the plugins, relative to the project. */
  plugins: string[]
}

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
export function recordBuilds(project: Project, made: BuildRecords): { file: string; text: string } {
  const kept = Object.entries(readBuilds(project)).filter(([file]) => isBuilt(project, file))
  const plugins = Object.entries({ ...Object.fromEntries(kept), ...made }).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )
  return { file: buildsFile, text: asRecord({ plugins: Object.fromEntries(plugins) }) }
}

const isBuilt = (project: Project, file: string): boolean =>
  fs.existsSync(path.join(pluginsFolder(project), file))

const readBuilds = (project: Project): BuildRecords =>
  read<{ plugins: BuildRecords }>(project, buildsFile, { plugins: {} }).plugins

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
    plugins: [...new Set([...before.plugins, ...sources.map(({ file }) => file)])].sort(),
    inputs: { ...before.inputs, ...hashes.of([...common, ...files]) },
  }
  return { file: checkFile, text: asRecord(record) }
}

/** Whether plugins were type-checked in their current state. */
export function areChecked(project: Project, sources: readonly PluginSource[]): boolean {
  const checked = new Set(readCheck(project).plugins)
  return sources.every(({ file }) => checked.has(file))
}

function readCheck(project: Project): CheckRecord {
  const nothing: CheckRecord = { plugins: [], inputs: {} }
  const record = read(project, checkFile, nothing)
  return new FileHashes(project.folder).areUnchanged(record.inputs) ? record : nothing
}

const asRecord = (content: object): string => JSON.stringify({ kplug: kplugBuild(), ...content })

/** Returns `empty` without a record, or with the record of another kplug: everything then counts as changed. */
function read<T extends object>(project: Project, file: string, empty: T): T {
  try {
    // A record that names this build of kplug was written by it, in one piece.
    const record = JSON.parse(fs.readFileSync(path.join(pluginsFolder(project), file), 'utf8')) as T & {
      kplug: string
    }
    return record.kplug === kplugBuild() ? record : empty
  } catch {
    return empty
  }
}
