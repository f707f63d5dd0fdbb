import { kinds } from '../../plugin/kind.js'
import { makeProblem, withRemedy } from '../../problem/make-problem.js'
import { at, type Problem } from '../../problem/problem.js'
import { cleanPath, isFolder, type PackageContents } from '../../package/contents.js'
import type { EngineManifest } from '../../package/manifest.js'

/** What the host of a package that `kplug pack` made reads of it. */
export interface HostManifest {
  name: string
  plugins: { kind: (typeof kinds)[number]; name: string; file: string }[]
}

/** What is wrong between the files of a package, what its host is told of them, and what the engine is. */
export function checkHostManifest(
  host: HostManifest,
  manifest: EngineManifest,
  { entries }: PackageContents,
): Problem[] {
  const files = new Set(entries.filter(entry => !isFolder(entry)).map(({ name }) => cleanPath(name)))
  const file = 'kplug.json'
  const absent = host.plugins.filter(plugin => !files.has(`lib/${plugin.file}`))
  const unknown = kinds.flatMap(kind =>
    manifest.symbols[kind]
      .filter(name => !host.plugins.some(plugin => plugin.kind === kind && plugin.name === name))
      .map(name => `${kind} "${name}"`),
  )
  return [
    ...absent.map(plugin =>
      fileMissing(`The zip has no "lib/${plugin.file}" for ${plugin.kind} "${plugin.name}"`),
    ),
    ...unknown.map(plugin => fileMissing(`The host is not told of ${plugin}`)),
  ].map(problem => at(problem, { file }))
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
  const defaults: unknown = isMap(value) ? value['default'] : undefined
  if (isMap(defaults)) return undefined
  return isMap(value) && 'default' in value
    ? '"default" must hold properties; write "default: {}" for none'
    : 'there is no key "default"; write "default: {}" where there are none'
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
