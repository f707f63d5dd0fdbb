import * as fs from 'node:fs'
import * as path from 'node:path'
import { bootProblems } from './boot-problems.js'
import { at, isError, type Problem } from '../../problem/problem.js'
import { isUsageError } from '../../errors/usage-error.js'
import type { LoadedProject } from '../built.js'
import { defaultsOf } from '../../package/metadata.js'
import { packageContents } from '../../package/pack.js'
import type { Entry } from '../../package/entries.js'
import { packageNameFrom } from '../../package/package-name.js'
import { builtStem } from '../../project/plugin-sources.js'
import type { Project } from '../../project/project.js'
import type { SourceTexts } from '../../project/source-texts.js'
import type { Trial } from '../../load/trial.js'
import { boot } from './boot.js'
import { type BootFolder, makeFolders } from './boot-folder.js'

/** Packs what was built of a project, beside it, and boots that. What is known not to load is not tried again. */
export async function bootProject(
  project: Project,
  loaded: LoadedProject,
  texts: SourceTexts,
  trial: Trial,
  named: string | undefined,
): Promise<Problem[]> {
  const name = named ?? packageNameFrom(project.name ?? 'plugins')
  const { folder, channels } = makeFolders(trial.home, name)
  try {
    write(folder, entriesOf(project, loaded, trial, name))
  } catch (error) {
    if (!isUsageError(error)) throw error
    return [at(bootProblems.notMade(error.message), { file: 'package.json' })]
  }
  const found = await boot({
    ...bootFolderOf(loaded, folder),
    home: trial.home,
    name,
    executable: name,
    channels,
  })
  return found.map(({ plugin, problem }) => {
    const own = loaded.plugins.find(
      ({ source }) => source.kind === plugin?.kind && source.name === plugin.name,
    )
    const place = own ? texts.placeOfSymbol(own.source) : { file: 'package.json' }
    return problem.line === undefined ? at(problem, place) : problem
  })
}

function entriesOf(
  project: Project,
  { plugins, packages }: LoadedProject,
  trial: Trial,
  name: string,
): Entry[] {
  const sources = plugins.map(({ source }) => source)
  const described = plugins.map(({ source, seen }) => ({
    plugin: source,
    about: seen?.about,
    config: seen?.config,
  }))
  const identity = { name, version: project.version ?? '0.0.0' }
  return packageContents(project, {
    identity,
    sources,
    described,
    built: path.join(trial.folder, 'plugins'),
    packages,
  }).entries
}

function write(folder: string, entries: readonly Entry[]): void {
  for (const { path: file, content, executable } of entries) {
    const full = path.join(folder, file)
    fs.mkdirSync(path.dirname(full), { recursive: true })
    fs.writeFileSync(full, content, { mode: executable ? 0o755 : 0o644 })
  }
}

function bootFolderOf(
  { plugins }: LoadedProject,
  folder: string,
): Pick<BootFolder, 'folder' | 'language' | 'plugins' | 'defaults'> {
  const sound = plugins.filter(({ problems }) => !problems.some(isError))
  return {
    folder,
    language: 'go',
    plugins: sound.map(({ source }) => ({
      kind: source.kind,
      name: source.name,
      file: path.join(folder, 'lib', `${builtStem(source)}.js`),
    })),
    defaults: new Map(plugins.map(({ source, seen }) => [source.name, defaultsOf(seen?.config)])),
  }
}
