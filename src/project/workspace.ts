import * as fs from 'node:fs'
import * as path from 'node:path'
import { nearestFolderWith } from './installation.js'
import { readManifest } from './find-project.js'

/** The root of the workspace that a folder belongs to; the folder itself if there is none. */
export function workspaceRoot(folder: string): string {
  for (let from: string | undefined = folder; from !== undefined; ) {
    const root: string | undefined = nearestFolderWith('package.json', from)
    if (root === undefined) return folder
    if (isRoot(root)) return root
    from = path.dirname(root) === root ? undefined : path.dirname(root)
  }
  return folder
}

const isRoot = (folder: string): boolean =>
  fs.existsSync(path.join(folder, 'pnpm-workspace.yaml')) ||
  'workspaces' in readManifest(path.join(folder, 'package.json'))
