import * as path from 'node:path'
import { isFolder, type PackageContents } from '../package/contents.js'
import { checkFiles } from './package/files.js'
import { checkDefaults, checkHostManifest, type HostManifest } from './package/kplug-package.js'
import { type EngineManifest, readEngineManifest } from '../package/manifest.js'
import { checkEntries } from './package/zip.js'
import { isError, type Problem } from '../problem/problem.js'
import type { CheckOptions, Findings } from './project.js'
import { readZip } from '../package/read-zip.js'

/** Everything for which an engine would refuse a package, or would take it and not run it. */
export async function checkPackage(file: string, options: CheckOptions): Promise<Findings> {
  const contents = await readZip(file)
  if ('problem' in contents) return { problems: [contents.problem], typeScriptMissing: false }
  const host = hostManifestOf(contents)
  const name = options.name ?? host?.name ?? packageNameOf(file, contents)
  const { manifest, problems } = await checkContents(name, host, contents)
  if (!options.boot || !manifest || problems.some(isError)) return { problems, typeScriptMissing: false }
  const { bootZip } = await import('./boot/boot-zip.js')
  const booted = await bootZip({ file, name, manifest, host, contents })
  return { problems: [...problems, ...booted], typeScriptMissing: false }
}

async function checkContents(name: string, host: HostManifest | undefined, contents: PackageContents) {
  const { manifest, problems } = readEngineManifest(name, contents)
  const more = manifest
    ? [
        ...checkFiles(name, manifest, contents),
        ...(await checkSourceDefaults(manifest, contents)),
        ...(host ? checkHostManifest(host, manifest, contents) : []),
      ]
    : []
  return { manifest, problems: [...problems, ...checkEntries(contents), ...more] }
}

/** The name that a package was made for: of the only manifest at its root, else of its own file. */
function packageNameOf(file: string, { entries }: PackageContents): string {
  const known = new Set(['kplug.json', 'package.json', 'package-lock.json', 'tsconfig.json'])
  const manifests = entries.filter(
    entry => !isFolder(entry) && /^[^/]+\.json$/.test(entry.name) && !known.has(entry.name),
  )
  const [only, ...others] = manifests
  if (only && others.length === 0) return only.name.slice(0, -'.json'.length)
  return path.basename(file, '.zip').replace(/-v?\d[^-]*$/, '')
}

function hostManifestOf({ texts }: PackageContents): HostManifest | undefined {
  try {
    const value: unknown = JSON.parse(texts.get('kplug.json')?.toString() ?? 'null')
    const { name, plugins } = (value ?? {}) as Partial<HostManifest>
    return typeof name === 'string' && Array.isArray(plugins) ? { name, plugins } : undefined
  } catch {
    // A package that kplug did not make may have any file of this name.
    return undefined
  }
}

async function checkSourceDefaults(
  { symbols }: EngineManifest,
  { texts }: PackageContents,
): Promise<Problem[]> {
  const files = symbols.source.map(name => `sources/${name}.yaml`).filter(file => texts.has(file))
  if (files.length === 0) return []
  const { parse } = await import('yaml')
  return files.flatMap(file => {
    try {
      return checkDefaults(file, { value: parse(texts.get(file)?.toString() ?? '') })
    } catch (error) {
      return checkDefaults(file, {
        reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it is no YAML',
      })
    }
  })
}
