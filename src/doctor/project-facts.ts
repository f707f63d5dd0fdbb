import * as fs from 'node:fs'
import * as path from 'node:path'
import { Builds } from '../build/record.js'
import { readManifest } from '../project/find-project.js'
import { kplugFolder, kplugVersion, packageFolder } from '../project/installation.js'
import { packagesListedIn } from '../project/listed-packages.js'
import { findPluginSources } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'

/** The facts of a project and of its machine. */
export interface ProjectFacts {
  node: string
  /** The version of this kplug. */
  kplug: string
  /** The version of kplug that the project has installed; undefined if it has none. */
  installedKplug: string | undefined
  typescript: string | undefined
  /** The packages that package.json lists. */
  listed: ReadonlySet<string>
  /** Plugins whose built file is missing or older than their source. */
  stale: string[]
}

export function readProjectFacts(project: Project): ProjectFacts {
  const { folder } = project
  const builds = new Builds(project)
  return {
    node: process.versions.node,
    kplug: kplugVersion(),
    installedKplug: isThisKplug(folder) ? kplugVersion() : versionOf('kplug', folder),
    typescript: versionOf('typescript', folder),
    listed: packagesListedIn(folder),
    stale: findPluginSources(project)
      .sources.filter(source => builds.isStale(source))
      .map(({ file }) => file),
  }
}

function isThisKplug(folder: string): boolean {
  const installed = packageFolder('kplug', folder)
  return installed !== undefined && fs.realpathSync(installed) === fs.realpathSync(kplugFolder)
}

function versionOf(name: string, from: string): string | undefined {
  const folder = packageFolder(name, from)
  if (folder === undefined) return undefined
  const { version } = readManifest(path.join(folder, 'package.json'))
  return typeof version === 'string' ? version : undefined
}
