import * as fs from 'node:fs'
import * as path from 'node:path'
import { repository } from './binary.js'
import { folderWith } from './folder.js'

/**
 * A kplug in a node_modules of its own with what it needs at run time, as npm would put it there, except for packages
 * that are left out. Returns its binary.
 */
export function installedKplug(...leftOut: string[]): string {
  const folder = folderWith()
  const modules = path.join(folder, 'node_modules')
  const home = path.join(modules, 'kplug')
  const { files, dependencies }: { files: string[]; dependencies: Record<string, string> } = JSON.parse(
    fs.readFileSync(path.join(repository, 'package.json'), 'utf8'),
  )
  for (const name of [...files, 'package.json']) {
    fs.cpSync(path.join(repository, name), path.join(home, name), { recursive: true })
  }
  for (const name of Object.keys(dependencies).filter(dependency => !leftOut.includes(dependency))) {
    const link = path.join(modules, name)
    fs.mkdirSync(path.dirname(link), { recursive: true })
    fs.symlinkSync(fs.realpathSync(path.join(repository, 'node_modules', name)), link)
  }
  return path.join(home, 'bin', 'kplug.cjs')
}
