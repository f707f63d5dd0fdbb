import * as path from 'node:path'
import { slashedFrom } from '../project/slashed.js'
import { nearestFolderWith } from '../project/installation.js'
import { carriedNamespace } from './carried/resolve.js'
import { readManifest } from '../project/find-project.js'

/** The rewritten fields of a source map. */
interface SourceMapData {
  sources: string[]
  mappings: string
}

export interface CodeAndMap {
  code: Uint8Array
  map: SourceMapData
}

/**
 * Rewrites paths of files outside the project, and of installed packages, to `PACKAGE/file`. Otherwise the output would
 * depend on the location of the project and on the way its packages are installed.
 */
export function portablePaths(
  folder: string,
  inputs: readonly string[],
  { code, map }: CodeAndMap,
): CodeAndMap {
  const names = new Map<string, string>()
  for (const input of inputs) {
    const name = portableName(folder, input)
    if (name !== input) names.set(input, name)
  }
  if (names.size === 0) return { code, map }
  return {
    code: Buffer.from(renamedComments(Buffer.from(code).toString(), names)),
    map: { ...map, sources: renamedSources(folder, map.sources, names) },
  }
}

function portableName(folder: string, input: string): string {
  if (input.startsWith(`${carriedNamespace}:`)) return input.slice(carriedNamespace.length + 1)
  const installed = input.lastIndexOf('node_modules/')
  if (installed >= 0) return input.slice(installed + 'node_modules/'.length)
  if (!input.startsWith('../') && !path.isAbsolute(input)) return input
  const absolute = path.resolve(folder, input)
  const home = nearestFolderWith('package.json', path.dirname(absolute))
  if (home === undefined) return path.basename(input)
  const { name } = readManifest(path.join(home, 'package.json'))
  const rest = slashedFrom(home, absolute)
  return `${typeof name === 'string' ? name : path.basename(home)}/${rest}`
}

// esbuild writes the name of a module in a comment above it, and as a key where it wraps CommonJS code.
function renamedComments(code: string, names: ReadonlyMap<string, string>): string {
  return code
    .replace(/^( *\/\/ )(.+)$/gm, (line, start: string, name: string) => {
      const renamed = names.get(name)
      return renamed === undefined ? line : start + renamed
    })
    .replace(
      /^( *)("(?:[^"\\]|\\.)*")(\((?:exports|module|, )*\) \{)$/gm,
      (line, indent: string, key: string, rest: string) => {
        const renamed = names.get(String(JSON.parse(key)))
        return renamed === undefined ? line : indent + JSON.stringify(renamed) + rest
      },
    )
}

function renamedSources(
  folder: string,
  sources: readonly string[],
  names: ReadonlyMap<string, string>,
): string[] {
  // The sources of a map are relative to the built file, which is two folders below the project.
  const from = path.join(folder, 'plugins', 'kind')
  return sources.map(source => {
    const ofInput = names.get(source.replace(/^\.\.\/\.\.\//, ''))
    if (ofInput !== undefined) return ofInput
    // A package may have a map of its own, whose sources are no inputs.
    const file = slashedFrom(folder, path.resolve(from, source))
    const name = portableName(folder, file)
    return name === file ? source : name
  })
}
