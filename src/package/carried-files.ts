import * as fs from 'node:fs'
import * as path from 'node:path'
import { globSync } from 'tinyglobby'
import { slashed } from '../project/slashed.js'
import { UsageError } from '../errors/usage-error.js'
import { readManifest } from '../project/find.js'
import { packageFolder } from '../project/installation.js'
import { type Entry, folderEntries } from './entries.js'
import type { Project } from '../project/project.js'

/** The files that a project's `assets` name, under the same paths as in the project. */
export function assetEntries({ folder, settings }: Project): Entry[] {
  const { assets = [] } = settings
  return assets.flatMap(pattern => {
    const files = globSync(pattern, { cwd: folder, onlyFiles: true, expandDirectories: true })
    if (files.length === 0)
      throw new UsageError(`No file matches "${pattern}" of "kplug.assets" in package.json`)
    return files.map(file => assetEntry(folder, slashed(file)))
  })
}

function assetEntry(folder: string, file: string): Entry {
  if (file.startsWith('../') || path.isAbsolute(file)) {
    throw new UsageError(`Asset "${file}" lies outside the project: copy it into the project`)
  }
  const from = path.join(folder, file)
  return { path: file, content: fs.readFileSync(from), executable: (fs.statSync(from).mode & 0o111) !== 0 }
}

/** The packages that are not bundled, with all that they depend on, as one flat `node_modules`. */
export function externalEntries({ folder, settings }: Project): Entry[] {
  const found = new Map<string, string>()
  for (const name of settings.external ?? []) collect(name, folder, found)
  return [...found].flatMap(([name, from]) =>
    folderEntries(from, `node_modules/${name}`).filter(entry => !entry.path.includes('/.')),
  )
}

function collect(name: string, from: string, found: Map<string, string>): void {
  const home = packageFolder(name, from)
  if (home === undefined) {
    throw new UsageError(`Package "${name}" of "kplug.external" is not installed: run "npm install ${name}"`)
  }
  if (found.has(name)) return
  found.set(name, home)
  const { dependencies } = readManifest(path.join(home, 'package.json'))
  for (const dependency of Object.keys(dependencies ?? {})) collect(dependency, home, found)
}
