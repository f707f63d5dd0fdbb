import * as path from 'node:path'
import { folderOf, kinds, parseKind } from '../plugin/kind.js'
import { nearest } from '../errors/nearest.js'
import { at, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import type { Bundle } from '../build/bundle.js'
import { readFolder } from '../project/folder.js'
import type { Project } from '../project/project.js'
import { sourceStem } from '../project/source-file.js'

/** Folders of `src/` that look like the folder of a plugin kind but are misspelled. */
export function checkFolders({ folder }: Project): Problem[] {
  const source = path.join(folder, 'src')
  return readFolder(source).flatMap(entry => {
    const kind = entry.isDirectory() ? meantKind(entry.name) : undefined
    const holds =
      kind && readFolder(path.join(source, entry.name)).find(({ name }) => sourceStem(name) !== undefined)
    return kind && holds
      ? [at(projectProblems.folderMisspelt(entry.name, kind), { file: `src/${entry.name}/${holds.name}` })]
      : []
  })
}

function meantKind(name: string) {
  if (kinds.some(kind => folderOf(kind) === name)) return undefined
  const near = nearest(name, kinds.map(folderOf))
  // The name "resources" is not a misspelling of "sources".
  const meant = near !== undefined && Math.abs(near.length - name.length) <= 1 ? near : undefined
  return parseKind(name) ?? (meant === undefined ? undefined : parseKind(meant))
}

/** Settings that have no effect or cannot be followed: assets, and packages that no plugin imports. */
export async function checkUnusedSettings(project: Project, bundles: readonly Bundle[]): Promise<Problem[]> {
  const { assets, external = [] } = project.settings
  if (assets === undefined && external.length === 0) return []
  const { findAssets } = await import('../project/assets.js')
  const idle = external.filter(
    name => bundles.length > 0 && !bundles.some(({ code }) => mentions(code, name)),
  )
  return [
    ...findAssets(project).problems,
    ...idle.map(name => projectProblems.settingUnused('external', name, 'is imported by no plugin')),
  ].map(problem => at(problem, { file: 'package.json' }))
}

const mentions = (code: Uint8Array, name: string): boolean => {
  const bytes = Buffer.from(code.buffer, code.byteOffset, code.byteLength)
  return [`"${name}"`, `'${name}'`, `"${name}/`, `'${name}/`].some(text => bytes.includes(text))
}
