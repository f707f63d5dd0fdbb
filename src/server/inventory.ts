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

/** The folder that is served; absolute. */
export interface Folders {
  plugins: string
  packages: string
}

/** Everything that is served, at one moment. */
export interface Inventory {
  plugins: readonly InstalledPlugin[]
  packages: readonly PackedPackage[]
  problems: readonly Problem[]
}

/** The current contents of the folders. It never shows an incomplete build or package. */
export function liveInventory({ plugins: folder, packages: dist }: Folders): Live<Inventory> {
  const packages = new PackagesReader(dist)
  const kindFolders = kinds.map(kind => path.join(folder, folderOf(kind)))
  return new Live({
    paths: () => [folder, ...kindFolders, dist, ...zipsIn(dist).map(zip => path.join(dist, zip.file))],
    glance() {
      // Checked before the folders are read: an installation that begins later has not changed them yet.
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

/** All names, including dot files; empty if the folder does not exist. */
function namesIn(folder: string): string[] {
  try {
    // Checking first takes a tenth of the time of an error.
    return fs.existsSync(folder) ? fs.readdirSync(folder) : []
  } catch (error) {
    // Other errors are reported when the folder is read for a response.
    if (isSystemError(error)) return []
    throw error
  }
}
