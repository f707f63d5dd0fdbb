import { abiOf, machine } from '../build/carried/platform.js'
import type { PackageEntry } from './entries.js'

/** What the native addons of a package require from the machine that runs it. */
export interface Demands {
  /** `Linux x86_64 glibc`. */
  machine: string
  /** The ABI of Node.js; undefined if all of them use Node-API, which every Node.js and Bun have. */
  abi: string | undefined
}

export const machineFile = 'lib/native-platform'
export const abiFile = 'lib/native-abi'

/** The requirements of addons that were installed on this machine; undefined if there are no addons. */
export function demandsOf(entries: readonly PackageEntry[]): Demands | undefined {
  const addons = entries.filter(entry => entry.path.endsWith('.node'))
  if (addons.length === 0) return undefined
  return {
    machine: machine(),
    abi: addons.map(({ content }) => abiOf(content)).find(abi => abi !== undefined),
  }
}

/** The files from which `install.sh` and `kplug validate` read the requirements. */
export function demandEntries(demands: Demands | undefined): PackageEntry[] {
  if (demands === undefined) return []
  const file = (path: string, text: string): PackageEntry => ({ path, content: Buffer.from(`${text}\n`) })
  const files = [file(machineFile, demands.machine)]
  return demands.abi === undefined ? files : [...files, file(abiFile, demands.abi)]
}
