import { groupBy } from '../plugin/group.js'
import type { PackageEntry } from './entries.js'
import type { LicensedPackage } from './npm-package.js'

/** The licence texts of bundled packages, `NAME.txt` each: their own folders are not in the package. */
export function licenseEntries(packages: readonly LicensedPackage[]): PackageEntry[] {
  return [...groupBy(packages, ({ name }) => name)].flatMap(([name, versions]) => {
    const texts = new Set(versions.flatMap(one => one.texts))
    return texts.size === 0 ? [] : [{ path: `${name}.txt`, content: Buffer.from([...texts].join('\n')) }]
  })
}
