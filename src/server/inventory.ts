import * as fs from 'node:fs'
import * as path from 'node:path'
import type { InstalledPlugin } from '../plugin/installed.js'
import { folderOf, kinds } from '../plugin/kind.js'
import type { Problem } from '../problem/problem.js'
import { isSystemError } from '../errors/system-error.js'
import { type PackedPackage, PackagesReader, zipsIn } from '../package/packages-folder.js'
import { readPlugins } from '../project/plugins-folder.js'
import { isInstalling } from '../project/staging.js'
import { Live } from './live.js'

/** Where it is read from; absolute. */
export interface Folders {
  plugins: string
  packages: string
}

/** All that is served, as it was at one moment. */
export interface Inventory {
  plugins: readonly InstalledPlugin[]
  packages: readonly PackedPackage[]
  problems: readonly Problem[]
}

/** What is in the folders whenever it is asked for, never a part of what a build or `pack` is putting there. */
export function liveInventory({ plugins: folder, packages: dist }: Folders): Live<Inventory> {
  const packages = new PackagesReader(dist)
  const kindFolders = kinds.map(kind => path.join(folder, folderOf(kind)))
  return new Live({
    paths: () => [folder, ...kindFolders, dist, ...zipsIn(dist).map(zip => path.join(dist, zip.file))],
    glance() {
      // Before the folders below: an installation that begins after this has not changed them yet.
      const [plugins = [], zips = []] = [folder, dist].map(namesIn)
      const names = [plugins, ...kindFolders.map(namesIn)].map(all => all.filter(isVisible).join('\0'))
      const stamps = zips.some(isZip) ? zipsIn(dist).map(zip => zip.stamp) : []
      return {
        changing: isInstalling([...plugins, ...zips]),
        list: [...names, ...zips.filter(isZip), ...stamps].join('\0\0'),
      }
    },
    async read() {
      const { plugins, problems } = readPlugins(folder)
      const packed = await packages.read()
      return { plugins, packages: packed.packages, problems: [...problems, ...packed.problems] }
    },
  })
}

const isVisible = (name: string): boolean => !name.startsWith('.')
const isZip = (name: string): boolean => isVisible(name) && name.endsWith('.zip')

/** All names, those of dot files too; none where there is no folder. */
function namesIn(folder: string): string[] {
  try {
    // To ask first costs a tenth of what an error does.
    return fs.existsSync(folder) ? fs.readdirSync(folder) : []
  } catch (error) {
    // Whatever else is wrong is said by who reads it for an answer.
    if (isSystemError(error)) return []
    throw error
  }
}
