import * as fs from 'node:fs'
import { packageFolder } from '../../project/installation.js'
import type { Project } from '../../project/project.js'
import type { CarriedPackage } from './carried-package.js'

/** The installed packages of `kplug.external`. They are included whether or not a plugin imports them. */
export const externalPackages = ({ folder, settings }: Project): CarriedPackage[] =>
  (settings.external ?? []).flatMap(name => {
    const home = packageFolder(name, folder)
    return home === undefined
      ? []
      : [{ name, folder: fs.realpathSync(home), why: 'is named in "kplug.external"' }]
  })
