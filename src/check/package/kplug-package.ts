import { findPlugin } from '../../plugin/plugin-id.js'
import { packageProblems } from '../../problem/package-problems.js'
import { at, type Problem } from '../../problem/problem.js'
import { filesOf, type PackageContents } from '../../package/contents.js'
import { type EngineManifest, pluginsIn } from '../../ekuiper/engine-manifest.js'
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
    ...pluginsIn(manifest)
      .filter(plugin => !findPlugin(host.plugins, plugin))
      .map(({ kind, name }) => packageProblems.hostNotTold(kind, name)),
  ].map(problem => at(problem, { file: manifestFile }))
}
