import * as fs from 'node:fs'
import * as path from 'node:path'
import { withFoldersAbove } from './folders-above.js'

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun'

const lockFiles: Record<string, PackageManager> = {
  'pnpm-lock.yaml': 'pnpm',
  'pnpm-workspace.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'package-lock.json': 'npm',
}

/**
 * The package manager of a project or its workspace: the one that package.json or the nearest lock file names;
 * otherwise npm.
 */
export function packageManagerOf(folder: string): PackageManager {
  for (const at of withFoldersAbove(path.resolve(folder))) {
    const found =
      namedIn(at) ?? Object.entries(lockFiles).find(([file]) => fs.existsSync(path.join(at, file)))?.[1]
    if (found !== undefined) return found
  }
  return 'npm'
}

/** What runs a command of a package that the project has installed. */
export const runnerOf = (manager: PackageManager): string =>
  ({ npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn exec', bun: 'bunx' })[manager]

/** How to install the packages of a project. pnpm fails if nobody has decided on the build script of esbuild. */
export const installWith = (manager: PackageManager): string =>
  manager === 'pnpm' ? 'pnpm install --allow-build=esbuild' : `${manager} install`

/** The name in `"packageManager": "pnpm@10.1.0"`. */
function namedIn(folder: string): PackageManager | undefined {
  const file = path.join(folder, 'package.json')
  if (!fs.existsSync(file)) return undefined
  const [, name] = /"packageManager"\s*:\s*"(npm|pnpm|yarn|bun)@/.exec(fs.readFileSync(file, 'utf8')) ?? []
  // The pattern matches no other names.
  return name as PackageManager | undefined
}
