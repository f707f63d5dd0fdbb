import { type ChildProcess, spawn, spawnSync, type StdioOptions } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as semver from 'semver'

/** The folders of the unpacked eKuipers that EKUIPER names, as released or built: `bin/kuiperd` and `etc/`. */
export const ekuipers: readonly string[] = (process.env['EKUIPER'] ?? '')
  .split(path.delimiter)
  .filter(folder => folder !== '')
  .map(folder => path.resolve(folder))

/**
 * Where tests keep what an engine reads or writes. Not in /tmp: an engine has a /tmp of its own, because the paths of
 * its channels are fixed there.
 */
export const sharedWithEngines = fs.realpathSync('/var/tmp')

const inNamespace = 'mount --rbind "$1" "$2" && mount -t tmpfs tmpfs /tmp && exec "$2/bin/kuiperd"'

/** How to make a mount namespace here: as root, or as a user where that is allowed. */
const unshare: readonly string[] | undefined = [['--mount'], ['--mount', '--user', '--map-root-user']].find(
  options => spawnSync('unshare', [...options, 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp']).status === 0,
)

/** Whether engines can run side by side, each with a /tmp of its own. */
export const sideBySide = unshare !== undefined && !sharedWithEngines.startsWith('/tmp')

/** Before 2.2, eKuiper serves its profiler on port 6060 and ends when another process has that port. */
export const hasFixedPort = (version: string): boolean => semver.lt(version, '2.2.0')

/** Fills a folder as an engine's root; the unpacked eKuiper itself is never written to. */
export function makeRoot(ekuiper: string, root: string): void {
  for (const folder of ['data', 'log', 'unpacked']) fs.mkdirSync(path.join(root, folder), { recursive: true })
  for (const kind of ['sources', 'sinks', 'functions', 'portable', 'wasm']) {
    fs.mkdirSync(path.join(root, 'plugins', kind), { recursive: true })
  }
  fs.cpSync(path.join(ekuiper, 'etc'), path.join(root, 'etc'), { recursive: true })
}

interface Start {
  ekuiper: string
  root: string
  env: Readonly<Record<string, string | undefined>>
  stdio: StdioOptions
}

/** Starts an eKuiper in the foreground of the process that is returned. */
export function startKuiperd({ ekuiper, root, env, stdio }: Start): ChildProcess {
  const options = { cwd: root, stdio, env: { ...env, KuiperBaseKey: root, TMPDIR: undefined } }
  if (!sideBySide || unshare === undefined) return spawn(path.join(ekuiper, 'bin', 'kuiperd'), options)
  const unpacked = path.join(root, 'unpacked')
  return spawn('unshare', [...unshare, 'sh', '-c', inNamespace, 'sh', ekuiper, unpacked], options)
}
