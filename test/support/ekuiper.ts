import * as path from 'node:path'
import * as semver from 'semver'

/** The folders of the unpacked eKuipers that EKUIPER names, as released or built: `bin/kuiperd` and `etc/`. */
export const ekuipers: readonly string[] = (process.env['EKUIPER'] ?? '')
  .split(path.delimiter)
  .filter(folder => folder !== '')
  .map(folder => path.resolve(folder))

/** Before 2.2, eKuiper serves its profiler on port 6060 and ends when another process has that port. */
export const hasFixedPort = (version: string): boolean => semver.lt(version, '2.2.0')
