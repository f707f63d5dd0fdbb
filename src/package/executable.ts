import * as fs from 'node:fs'
import * as path from 'node:path'
import { kplugFolder } from '../project/installation.js'
import type { PackageEntry } from './entries.js'
import type { Carried } from './standalone.js'

/** A file of kplug's own build that becomes a part of packages. */
export const hostFile = (name: string): Buffer => fs.readFileSync(path.join(kplugFolder, 'dist', name))

/** The executable of a package, with the host and the runtime that it starts. */
export function executableEntries(
  name: string,
  supervise: boolean,
  carried: Carried | undefined,
): PackageEntry[] {
  const host = hostFile('host.cjs')
  const launcher = launcherFor(supervise, carried)
  if (launcher === undefined) return [{ path: name, content: host, executable: true }]
  return [
    { path: name, content: launcher, executable: true },
    { path: 'host.cjs', content: host },
    ...(carried ? [{ path: carried.runtime, content: carried.program, executable: true }] : []),
  ]
}

/** Undefined if the host is the executable itself. */
function launcherFor(supervise: boolean, carried: Carried | undefined): Buffer | undefined {
  // The supervisor finds the runtime in its own folder.
  if (supervise) return hostFile('supervise.sh')
  return carried && Buffer.from(withRuntime(carried))
}

/** It keeps the process id that the engine knows. */
const withRuntime = ({ runtime }: Carried): string => `#!/bin/sh
folder=$(dirname "$0")
exec "$folder/${runtime}" "$folder/host.cjs" "$@"
`
