import { kinds } from '../../plugin/kind.js'
import { makeProblem, withRemedy } from '../../problem/make-problem.js'
import { at, type Problem } from '../../problem/problem.js'
import { cleanPath, isFolder, type PackageContents } from '../../package/contents.js'
import { isObject } from '../../data/object.js'
import type { EngineManifest } from '../../ekuiper/engine-manifest.js'
import { manifestFile, type PackageManifest } from '../../plugin/package-manifest.js'

/** What is wrong between the files of a package, what its host is told of them, and what the engine is. */
export function checkHostManifest(
  host: PackageManifest,
  manifest: EngineManifest,
  { entries }: PackageContents,
): Problem[] {
  const files = new Set(entries.filter(entry => !isFolder(entry)).map(({ name }) => cleanPath(name)))
  const absent = host.plugins.filter(plugin => !files.has(`lib/${plugin.file}`))
  const unknown = kinds.flatMap(kind =>
    manifest.names[kind]
      .filter(name => !host.plugins.some(plugin => plugin.kind === kind && plugin.name === name))
      .map(name => `${kind} "${name}"`),
  )
  return [
    ...absent.map(plugin =>
      fileMissing(`The zip has no "lib/${plugin.file}" for ${plugin.kind} "${plugin.name}"`),
    ),
    ...unknown.map(plugin => fileMissing(`The host is not told of ${plugin}`)),
  ].map(problem => at(problem, { file: manifestFile }))
}

const fileMissing = (wrong: string): Problem =>
  withRemedy('package-file-missing', wrong, 'pack again with "kplug pack"')

/** What is wrong with a `sources/S.yaml` that was read, or could not be. */
export function checkDefaults(file: string, read: { value: unknown } | { reason: string }): Problem[] {
  const wrong = 'reason' in read ? read.reason : adviceFor(read.value)
  if (wrong === undefined) return []
  const sentence = `The default properties in "${file}" cannot be used: ${wrong}`
  return [at(makeProblem('defaults-invalid', sentence), { file })]
}

function adviceFor(value: unknown): string | undefined {
  const defaults: unknown = isObject(value) ? value['default'] : undefined
  if (isObject(defaults)) return undefined
  return isObject(value) && 'default' in value
    ? '"default" must hold properties; write "default: {}" for none'
    : 'there is no key "default"; write "default: {}" where there are none'
}
