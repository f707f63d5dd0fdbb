import { findPlugin } from '../../plugin/plugin-id.js'
import { kinds } from '../../plugin/kind.js'
import { packageProblems } from '../../problem/package-problems.js'
import { at, type Problem } from '../../problem/problem.js'
import { filesOf, type PackageContents } from '../../package/contents.js'
import { isObject } from '../../data/object.js'
import type { EngineManifest } from '../../ekuiper/engine-manifest.js'
import { manifestFile, type PackageManifest } from '../../plugin/package-manifest.js'

/** Checks that the files of a package, the host's manifest and the engine's manifest agree. */
export function checkHostManifest(
  host: PackageManifest,
  manifest: EngineManifest,
  contents: PackageContents,
): Problem[] {
  const files = new Set(filesOf(contents).map(({ path }) => path))
  return [
    ...host.plugins
      .filter(({ file }) => !files.has(`lib/${file}`))
      .map(({ kind, name, file }) => packageProblems.hostFileMissing(kind, name, `lib/${file}`)),
    ...kinds.flatMap(kind =>
      manifest.names[kind]
        .filter(name => !findPlugin(host.plugins, { kind, name }))
        .map(name => packageProblems.hostNotTold(kind, name)),
    ),
  ].map(problem => at(problem, { file: manifestFile }))
}

/** Problems of a `sources/S.yaml` after reading it. */
export function checkDefaults(file: string, read: { value: unknown } | { reason: string }): Problem[] {
  const found =
    'reason' in read
      ? packageProblems.defaultsInvalid(file, `cannot be read: ${read.reason}`)
      : checkDefault(file, read.value)
  return found === undefined ? [] : [at(found, { file })]
}

function checkDefault(file: string, value: unknown): Problem | undefined {
  const remedy = 'Write "default: {}" if there are none'
  if (!isObject(value) || !('default' in value))
    return packageProblems.defaultsInvalid(file, 'has no key "default"', remedy)
  if (isObject(value['default'])) return undefined
  return packageProblems.defaultsInvalid(file, 'has a key "default" that is not an object', remedy)
}
