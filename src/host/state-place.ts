import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { PackageManifest } from '../plugin/package-manifest.js'

/**
 * The location of a package's state: the one in its settings, else the data folder of the engine, which deployments
 * keep on a volume, else the user's state folder. Never the folder of the package, because an update deletes it.
 */
export function stateSpec(
  { name, state }: PackageManifest,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  // The engine installs a package as ROOT/plugins/portable/NAME.
  const root = env['KuiperBaseKey'] ?? path.resolve(folder, '..', '..', '..')
  const data = path.join(root, 'data')
  if (state?.startsWith('file:')) return `file:${path.resolve(data, state.slice('file:'.length))}`
  if (state !== undefined) return state
  const own = env['XDG_STATE_HOME'] ?? path.join(os.homedir(), '.local', 'state')
  const found = [data, own].find(isWritable) ?? own
  return `file:${path.join(found, 'kplug', name)}`
}

function isWritable(folder: string): boolean {
  try {
    fs.accessSync(folder, fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}
