import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Command } from 'commander'
import { UsageError } from '../errors/usage-error.js'
import type { ExitCode, Io } from '../io.js'
import { isOnlyInstalled, namesKplug, readManifest } from '../project/find-project.js'
import { installWith, packageManagerOf, runnerOf } from '../project/package-manager.js'
import { initialFiles } from '../project/scaffold.js'
import { reportFiles } from './made-files.js'
import { writeFiles } from '../project/staging.js'

export function define(command: Command): void {
  command
    .argument('[dir]', 'a folder with a package.json, for example a package of a workspace', '.')
    .option('--json', 'print JSON')
}

/** Adds kplug to an existing package. It adds what is missing, and changes nothing else. */
export function run(io: Io, [dir]: [string], { json }: { json?: boolean }): ExitCode {
  const folder = path.resolve(io.cwd(), dir)
  const file = path.join(folder, 'package.json')
  if (!fs.existsSync(folder)) throw new UsageError(`Cannot add kplug to ${folder}: it does not exist`)
  if (!fs.existsSync(file)) {
    throw new UsageError(
      `Cannot add kplug to ${folder}: it has no package.json; run "kplug new" in an empty folder instead`,
    )
  }
  const manifest = readManifest(file)
  if (namesKplug(manifest) && !isOnlyInstalled(folder)) {
    throw new UsageError(
      `Cannot add kplug to ${folder}: it already is a kplug project; run "kplug new" there`,
    )
  }
  const files = initialFiles(folder, manifest)
  writeFiles(folder, files)
  const made = [...files.keys()].filter(name => name !== 'package.json')
  const changed = files.has('package.json') ? ['package.json'] : []
  const there = path.relative(io.cwd(), folder)
  const manager = packageManagerOf(folder)
  const next = [
    ...(there === '' ? [] : [`cd ${there}`]),
    installWith(manager),
    `${runnerOf(manager)} kplug new function wordCount`,
    `${runnerOf(manager)} kplug build`,
  ]
  reportFiles(io, { made, changed, next }, json)
  return 0
}
