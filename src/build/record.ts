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
import { areUnchanged, hashInputs } from './inputs.js'
import { folderOfRecords, recordOf } from './record-files.js'

// A build records the inputs of its files and the inputs of the type-check.

const inputs = z.record(z.string(), z.nullable(z.string()))

const carried = z.array(z.object({ name: z.string(), folder: z.string(), why: z.string() }))

const buildRecord = z.object({ kplug: z.string(), inputs, carried })

type BuildRecord = z.infer<typeof buildRecord>

const checkRecord = z.object({ kplug: z.string(), plugins: z.array(z.string()), inputs })

type CheckRecord = z.infer<typeof checkRecord>

/** Inputs of every build, in addition to a plugin's own files. */
const common = ['package.json', 'tsconfig.json']

/** The record of a plugin's built file: its path below the plugins folder, and its text. */
export function recordBuild(
  { folder }: Project,
  { source, inputs: files, carried: packages }: Pick<Bundle, 'source' | 'inputs' | 'carried'>,
): { file: string; text: string } {
  const relative = packages.map(one => ({ ...one, folder: slashedFrom(folder, one.folder) }))
  const manifests = relative.map(one => `${one.folder}/package.json`)
  const record: BuildRecord = {
    kplug: kplugBuild(),
    inputs: hashInputs(folder, [...common, ...files.filter(isFile), ...manifests]),
    carried: relative,
  }
  return { file: recordFile(source), text: JSON.stringify(record) }
}

/** The stand-in for a carried package is not an input. */
const isFile = (input: string): boolean => !input.startsWith(`${carriedNamespace}:`)

/** The packages that a plugin's built file requires. */
export function carriedBy(project: Project, source: PluginSource): CarriedPackage[] {
  const record = read(project, recordFile(source), buildRecord)
  return (record?.carried ?? []).map(one => ({ ...one, folder: path.resolve(project.folder, one.folder) }))
}

const recordFile = (source: PluginSource): string => recordOf(`${builtStem(source)}.js`)

/** The folders of the packages that are bundled into a plugin's built file. */
export function bundledIn(project: Project, source: PluginSource): string[] {
  const record = read(project, recordFile(source), buildRecord)
  const carriedToo = new Set(record?.carried.map(({ folder }) => `${folder}/package.json`))
  return Object.keys(record?.inputs ?? {})
    .filter(file => /node_modules\/.*\/package\.json$/.test(file) && !carriedToo.has(file))
    .map(file => path.resolve(project.folder, path.dirname(file)))
}

/** Whether a plugin was never built in its current version, or one of its inputs has changed since. */
export function isStale(project: Project, source: PluginSource): boolean {
  const built = path.join(pluginsFolder(project), `${builtStem(source)}.js`)
  const record = read(project, recordFile(source), buildRecord)
  return record === undefined || !fs.existsSync(built) || !isCurrent(project, record)
}

const checkFile = `${folderOfRecords}/checked.json`

/** The record of a type-check without errors. An earlier check remains valid while none of its inputs changes. */
export function recordCheck(
  project: Project,
  sources: readonly PluginSource[],
  files: readonly string[],
): { file: string; text: string } {
  const before = readCheck(project)
  const record: CheckRecord = {
    kplug: kplugBuild(),
    plugins: [...new Set([...(before?.plugins ?? []), ...sources.map(({ file }) => file)])].sort(),
    inputs: { ...before?.inputs, ...hashInputs(project.folder, [...common, ...files]) },
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
  return record !== undefined && isCurrent(project, record) ? record : undefined
}

const isCurrent = ({ folder }: Project, record: Pick<BuildRecord, 'kplug' | 'inputs'>): boolean =>
  record.kplug === kplugBuild() && areUnchanged(folder, record.inputs)

function read<T>(project: Project, file: string, schema: z.ZodMiniType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(fs.readFileSync(path.join(pluginsFolder(project), file), 'utf8')))
  } catch {
    // Without a record, or with the record of another kplug version, everything counts as changed.
    return undefined
  }
}
