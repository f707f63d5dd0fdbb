import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { LoadFolder } from '../../load/load-folder.js'
import { probeFiles } from '../../load/notes.js'

/** The user of a process. */
interface User {
  uid: number
  gid: number
}

/** The environment in which a package boots. */
export interface Machine {
  /** Undefined: the user that runs the check. */
  user: User | undefined
  /** What is loaded first in its process. */
  probe: string
}

const nobody: User = { uid: 65_534, gid: 65_534 }

/**
 * Makes of a folder what an engine's image is: the package itself cannot be written, its root can, and root is not the
 * user. If another user cannot be had, or would not reach the folder, it stays this one.
 */
export function prepareMachine(loadFolder: LoadFolder, packageFolder: string, channels: string): Machine {
  const { folder, home } = loadFolder
  const [probe = ''] = probeFiles.map(file => loadFolder.add(path.basename(file), fs.readFileSync(file)))
  loadFolder.seal(packageFolder)
  if (process.getuid?.() !== 0) return { user: undefined, probe }
  fs.chmodSync(folder, 0o755)
  for (const place of [home, path.join(home, 'data'), channels])
    if (place.startsWith(folder)) fs.chownSync(place, nobody.uid, nobody.gid)
  if (!reaches(nobody, loadFolder)) loadFolder.bringNode()
  return { user: reaches(nobody, loadFolder) ? nobody : undefined, probe }
}

const reaches = (user: User, { home, node }: LoadFolder): boolean =>
  spawnSync('/bin/sh', ['-c', 'test -x "$0" && cd "$1"', node.file, home], user).status === 0
