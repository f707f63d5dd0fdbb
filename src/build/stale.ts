import * as fs from 'node:fs'
import * as path from 'node:path'
import { builtStem, type PluginSource } from '../project/plugin-sources.js'
import { pluginsFolder, type Project } from '../project/project.js'

/** Whether a plugin was never built in its version, or one of the project's files in it has changed since. */
export function isStale(project: Project, source: PluginSource): boolean {
  const built = path.join(pluginsFolder(project), `${builtStem(source)}.js`)
  const builtAt = timeOf(built)
  if (builtAt === undefined) return true
  const manifest = timeOf(path.join(project.folder, 'package.json')) ?? 0
  const inputs = inputsOf(built) ?? [path.join(project.folder, source.file)]
  // An input that is gone has changed, too.
  return manifest > builtAt || inputs.some(file => (timeOf(file) ?? Infinity) > builtAt)
}

const timeOf = (file: string): number | undefined => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs

/** A source map names what its file was made of; packages, named `PACKAGE/file`, count as unchanged. */
function inputsOf(built: string): string[] | undefined {
  try {
    const { sources }: { sources: string[] } = JSON.parse(fs.readFileSync(`${built}.map`, 'utf8'))
    return sources.filter(file => file.startsWith('../')).map(file => path.resolve(path.dirname(built), file))
  } catch {
    return undefined
  }
}
