import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { UsageError } from '../errors/usage-error.js'
import type { Entry } from './entries.js'

export const standaloneTargets = ['linux-x64', 'linux-arm64'] as const
export type StandaloneTarget = (typeof standaloneTargets)[number]

// The current long-term line of Node.js; npm has its binaries, built against glibc, as packages.
const line = '26'

/** The Node.js binary for a kind of machine, from the registry that npm is set to. */
export function fetchNode(target: StandaloneTarget): Buffer {
  const name = `node-${target}`
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-node-'))
  try {
    const packed = runTool('npm', ['pack', `${name}@${line}`, '--silent', '--pack-destination', folder], name)
    const archive = packed.trim().split('\n').at(-1) ?? ''
    runTool('tar', ['-xzf', path.join(folder, archive), '-C', folder, 'package/bin/node'], name)
    return fs.readFileSync(path.join(folder, 'package', 'bin', 'node'))
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function runTool(tool: string, args: string[], name: string): string {
  // npm is a script on Windows, which only a shell finds.
  const { status, stdout, stderr, error } = spawnSync(tool, args, {
    encoding: 'utf8',
    shell: os.platform() === 'win32',
  })
  if (status === 0) return stdout
  const reason = error?.message ?? stderr.trim().split('\n')[0] ?? `exit code ${status}`
  throw new UsageError(
    `Cannot fetch ${name}@${line} with ${tool}: ${reason}; give a binary with "--node FILE"`,
  )
}

const launcher = `#!/bin/sh
folder=$(dirname "$0")
exec "$folder/node" "$folder/host.cjs" "$@"
`

/** The executable of a package that brings its own Node.js: the process keeps the id that the engine knows. */
export const standaloneEntries = (name: string, host: Buffer, node: Buffer): Entry[] => [
  { path: name, content: Buffer.from(launcher), executable: true },
  { path: 'host.cjs', content: host },
  { path: 'node', content: node, executable: true },
]

/** The same with a shell above that takes over from a host that dies. It finds a Node.js beside it by itself. */
export const supervisedEntries = (
  name: string,
  supervisor: Buffer,
  host: Buffer,
  node: Buffer | undefined,
): Entry[] => [
  { path: name, content: supervisor, executable: true },
  { path: 'host.cjs', content: host },
  ...(node ? [{ path: 'node', content: node, executable: true }] : []),
]
