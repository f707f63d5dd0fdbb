import { type ChildProcess, spawn, spawnSync, type StdioOptions } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'

/**
 * Where an engine has its folder. Not in /tmp: an engine has a /tmp of its own, because the paths of its channels are
 * fixed there.
 */
export const sharedWithEngines = fs.realpathSync('/var/tmp')

// With setpriv, the kernel ends the engine when the test ends, also if that was killed.
const here =
  'if setpriv --pdeathsig KILL true 2>/dev/null; then exec setpriv --pdeathsig KILL "$1/bin/kuiperd"; fi; exec "$1/bin/kuiperd"'

const inNamespace = `mount --rbind "$1" "$2" && mount -t tmpfs tmpfs /tmp || exit; shift; ${here}`

let unshare: readonly string[] | false | undefined

/** How to make a mount namespace here: as root, or as a user where that is allowed. */
function mountNamespace(): readonly string[] | false {
  unshare ??=
    !sharedWithEngines.startsWith('/tmp') &&
    ([['--mount'], ['--mount', '--user', '--map-root-user']].find(
      options => spawnSync('unshare', [...options, 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp']).status === 0,
    ) ??
      false)
  return unshare
}

/** Whether engines can run side by side, each with a /tmp of its own. */
export const runSideBySide = (): boolean => mountNamespace() !== false

interface Start {
  /** A folder with `bin/kuiperd`. */
  ekuiper: string
  root: string
  env: Readonly<Record<string, string | undefined>>
  stdio: StdioOptions
}

/** Starts an eKuiper in the foreground of the process that is returned. */
export function startKuiperd({ ekuiper, root, env, stdio }: Start): ChildProcess {
  const options = { cwd: root, stdio, env: { ...env, KuiperBaseKey: root, TMPDIR: undefined } }
  const namespace = mountNamespace()
  if (namespace === false) return spawn('sh', ['-c', here, 'sh', ekuiper], options)
  const unpacked = path.join(root, 'unpacked')
  return spawn('unshare', [...namespace, 'sh', '-c', inNamespace, 'sh', ekuiper, unpacked], options)
}
