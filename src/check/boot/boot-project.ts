import * as path from 'node:path'
import { bootProblems } from '../../problem/boot-problems.js'
import { at, isError, type Problem } from '../../problem/problem.js'
import { isUsageError } from '../../errors/usage-error.js'
import type { LoadedPlugin } from '../built.js'
import { toPack } from '../to-pack.js'
import { defaultsOf } from '../../package/metadata.js'
import { packageContents } from '../../package/pack.js'
import { writeEntries } from '../../package/layout.js'
import { identityOf } from '../../package/identity.js'
import type { CheckSettings, Project } from '../../project/project.js'
import type { SourceTexts } from '../../project/source-texts.js'
import type { LoadFolder } from '../../load/load-folder.js'
import type { CheckOptions } from '../project.js'
import { boot } from './boot.js'
import { type BootPlugin, givenTo, makeFolders, refuseUnknown } from './boot-folder.js'

/**
 * Packs the built plugins of a project into a temporary folder and boots the package. Plugins that fail to load are
 * left out.
 */
export async function bootProject(
  project: Project,
  loaded: readonly LoadedPlugin[],
  texts: SourceTexts,
  loadFolder: LoadFolder,
  options: CheckOptions,
): Promise<Problem[]> {
  refuseUnknown(
    options.given,
    loaded.map(({ built }) => built.source.name),
  )
  const { identity } = identityOf(project, options.name)
  const { name } = identity
  const { folder, channels } = makeFolders(loadFolder.home, name)
  try {
    writeEntries(folder, packageContents(project, { identity, plugins: loaded.map(toPack) }).entries)
  } catch (error) {
    if (!isUsageError(error)) throw error
    return [at(bootProblems.notMade(name, error.message), { file: 'package.json' })]
  }
  return boot({
    folder,
    loadFolder,
    name,
    executable: name,
    language: 'go',
    channels,
    plugins: pluginsOf(loaded, folder, texts, project.settings.check, options.given),
    location: { file: 'package.json' },
  })
}

function pluginsOf(
  loaded: readonly LoadedPlugin[],
  folder: string,
  texts: SourceTexts,
  ...said: readonly (CheckSettings | undefined)[]
): BootPlugin[] {
  const sound = loaded.filter(({ problems }) => !problems.some(isError))
  return sound.map(({ built: { source, file }, seen }) => ({
    kind: source.kind,
    name: source.name,
    file: path.join(folder, 'lib', file),
    location: texts.locationOfSymbol(source),
    ...givenTo(source.name, source.kind === 'source' ? defaultsOf(seen?.config) : {}, ...said),
  }))
}
