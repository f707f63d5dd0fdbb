import { checksumsFile } from '../package/checksums.js'
import type { PackageContents } from '../package/contents.js'
import { packageNameOf, readPackageManifest } from '../package/identify-zip.js'
import { checkChecksums } from './package/checksums.js'
import { checkFiles } from './package/files.js'
import { checkDefaults } from './package/defaults.js'
import { checkHostManifest } from './package/kplug-package.js'
import { checkNative } from './package/native.js'
import { ownNode } from '../load/node-program.js'
import { readEngineManifest } from '../package/check-manifest.js'
import { checkEntries } from './package/zip.js'
import type { PackageManifest } from '../plugin/package-manifest.js'
import { holdingFor } from '../problem/rules.js'
import { isError, type Problem } from '../problem/problem.js'
import type { CheckOptions } from './project.js'
import { readZip, type Wanted } from '../package/read-zip.js'

/** Every reason why an engine would refuse a package, or would accept it and fail to run it. */
export async function checkPackage(file: string, options: CheckOptions): Promise<Problem[]> {
  const contents = await readZip(file, wantToCheck)
  if ('problem' in contents) return [contents.problem]
  const { host, problems: unreadable } = readPackageManifest(contents)
  const name = options.name ?? packageNameOf(file, host, contents)
  const { manifest, problems: found } = await checkContents(name, host, contents)
  const native = host ? checkNative(contents, options.node ?? ownNode) : []
  const problems = holdingFor(host?.engine, [...found, ...native, ...unreadable])
  if (!options.boot || !manifest || problems.some(isError)) return problems
  const { bootZip } = await import('./boot/boot-zip.js')
  const booted = await bootZip({ file, name, manifest, host, contents }, options)
  return [...problems, ...booted]
}

/** Descriptions are read in full. For all other files, the checksum and the first bytes are enough. */
const wantToCheck = (entry: string): Wanted =>
  /^[^/]*\.json$|^sources\/[^/]*\.yaml$/.test(entry) || entry === checksumsFile ? 'whole' : 'beginning'

async function checkContents(name: string, host: PackageManifest | undefined, contents: PackageContents) {
  const { manifest, problems } = readEngineManifest(name, contents)
  const more = manifest
    ? [
        ...checkFiles(name, manifest, contents),
        ...(await checkDefaults(manifest, contents)),
        ...(host ? [...checkHostManifest(host, manifest, contents), ...checkChecksums(contents)] : []),
      ]
    : []
  return { manifest, problems: [...problems, ...checkEntries(contents), ...more] }
}
