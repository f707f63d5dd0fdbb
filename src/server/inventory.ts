import * as fs from 'node:fs'
import * as path from 'node:path'
import type { InstalledPlugin } from '../plugin/catalog.js'
import { folderOf, kinds } from '../plugin/kind.js'
import type { Problem } from '../plugin/problem.js'
import { readFolder } from '../project/folder.js'
import { type PackedPackage, PackagesReader, zipsIn } from '../project/packages-folder.js'
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
  const folders = [folder, ...kinds.map(kind => path.join(folder, folderOf(kind)))]
  return new Live({
    paths: () => [...folders, dist, ...zipsIn(dist).map(zip => path.join(dist, zip.file))],
    list: () => JSON.stringify([folders.map(namesIn), zipsIn(dist)]),
    isChanging: () => [folder, dist].some(hasInstallation),
    async read() {
      const { plugins, problems } = readPlugins(folder)
      const packed = await packages.read()
      return { plugins, packages: packed.packages, problems: [...problems, ...packed.problems] }
    },
  })
}

const namesIn = (folder: string): string[] => readFolder(folder).map(entry => entry.name)

function hasInstallation(folder: string): boolean {
  return fs.existsSync(folder) && isInstalling(fs.readdirSync(folder))
}
