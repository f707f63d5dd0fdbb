import { stringify } from 'yaml'
import { type Described, formOf, sourceConfigurations } from './metadata.js'
import { folderOf, type Kind } from '../plugin/kind.js'
import { encodeEngineManifest, engineManifestFile } from '../ekuiper/engine-manifest.js'
import { encodePackageManifest, manifestFile, type PackageManifest } from '../plugin/package-manifest.js'
import type { BuiltFile } from '../build/built-file.js'
import { slimMap } from './slim-map.js'
import type { Settings } from '../project/project.js'

/** A file of a package. Its path is relative to the package, with `/`. */
export interface PackageEntry {
  path: string
  content: Buffer
  executable?: boolean
}

/** The same files in a folder. */
export const inFolder = (folder: string, entries: readonly PackageEntry[]): PackageEntry[] =>
  entries.map(entry => ({ ...entry, path: `${folder}/${entry.path}` }))

/** The contents of a package, apart from carried packages and assets. */
export interface PackageParts {
  manifest: PackageManifest
  settings: Settings
  described: Described[]
}

const text = (content: string): Buffer => Buffer.from(`${content}\n`)

const json = (value: unknown): Buffer => text(JSON.stringify(value, undefined, 2))

/** The files for eKuiper and for the host: `NAME.json`, `kplug.json`, metadata and defaults. */
export function describingEntries({ manifest, settings, described }: PackageParts): PackageEntry[] {
  const { name, version } = manifest
  const names = (kind: Kind): string[] =>
    manifest.plugins.flatMap(plugin => (plugin.kind === kind ? [plugin.name] : []))
  const engineManifest = encodeEngineManifest({
    version,
    // The engine then runs the executable without an interpreter.
    language: 'go',
    executable: name,
    names: { source: names('source'), sink: names('sink'), function: names('function') },
  })
  return [
    { path: engineManifestFile(name), content: text(engineManifest) },
    { path: manifestFile, content: text(encodePackageManifest(manifest)) },
    { path: 'lib/package.json', content: json({ type: 'module' }) },
    ...described.flatMap(one => metadataEntries(one, settings)),
  ]
}

function metadataEntries(described: Described, settings: Settings): PackageEntry[] {
  const { kind, name } = described.plugin
  const file = `${folderOf(kind)}/${name}`
  const form = { path: `${file}.json`, content: json(formOf(described, settings)) }
  if (kind !== 'source') return [form]
  // The engine requires this file for every source.
  return [form, { path: `${file}.yaml`, content: Buffer.from(stringify(sourceConfigurations(described))) }]
}

/** A built plugin, with the source map that the host uses to name lines of the source. */
export const pluginEntries = ({ file, code, map }: BuiltFile): PackageEntry[] => [
  { path: `lib/${file}`, content: Buffer.from(code) },
  { path: `lib/${file}.map`, content: slimMap(map) },
]

/** Sorted, with each folder before its contents: the engine creates one level at a time. */
export function inOrder(entries: readonly PackageEntry[]): { folders: string[]; files: PackageEntry[] } {
  const files = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const folders = new Set<string>()
  for (const { path: file } of files) {
    const parts = file.split('/').slice(0, -1)
    for (const index of parts.keys()) folders.add(`${parts.slice(0, index + 1).join('/')}/`)
  }
  return { folders: [...folders].sort(), files }
}
