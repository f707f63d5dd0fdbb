import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { PackageManifest } from '../plugin/package-manifest.js'
import type { Environment } from '../runtime/config/secrets.js'

/**
 * The location of a package's state: the one in its settings, else the data folder of the engine, which deployments
 * keep on a volume, else the user's state folder. Never the folder of the package, because an update deletes it.
 */
export function stateSpec({ name, state }: PackageManifest, folder: string, env: Environment): string {
  if (state?.startsWith('file:'))
    return `file:${path.resolve(dataFolder(folder, env), state.slice('file:'.length))}`
  return state ?? `file:${path.join(lastingFolder(folder, env), name)}`
}

/** The file for the rows that the sinks of a package have refused: beside its state. */
export const deadLettersFile = ({ name }: PackageManifest, folder: string, env: Environment): string =>
  path.join(lastingFolder(folder, env), `${name}.dead-letters.ndjson`)

// The engine installs a package as ROOT/plugins/portable/NAME.
const dataFolder = (folder: string, env: Environment): string =>
  path.join(env['KuiperBaseKey'] ?? path.resolve(folder, '..', '..', '..'), 'data')

function lastingFolder(folder: string, env: Environment): string {
  const own = env['XDG_STATE_HOME'] ?? path.join(os.homedir(), '.local', 'state')
  return path.join([dataFolder(folder, env), own].find(isWritable) ?? own, 'kplug')
}

function isWritable(folder: string): boolean {
  try {
    fs.accessSync(folder, fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}
