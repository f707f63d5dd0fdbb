import { spawnSync } from 'node:child_process'
import * as path from 'node:path'
import lt from 'semver/functions/lt.js'
import gtr from 'semver/ranges/gtr.js'
import { systemReason } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'
import type { NodeProgram } from '../load/node-program.js'
import { nodeBinary } from '../package/binary/binaries.js'
import type { Environment } from '../package/binary/cache.js'
import { fetchBinary } from '../package/binary/fetch.js'
import { oldestNode } from '../project/oldest-node.js'

/** The Node.js that `--node` names: a version, fetched from npm, or the path of a program. */
export function findNode(text: string, folder: string, env: Environment): NodeProgram {
  const node = ask(programOf(text, folder, env))
  if (lt(node.version, oldestNode)) throw tooOld(node.version)
  return node
}

function programOf(text: string, folder: string, env: Environment): string {
  const [, version] = /^v?(\d+(?:\.\d+){0,2})$/.exec(text) ?? []
  if (version === undefined) return path.resolve(folder, text)
  if (gtr(oldestNode, version)) throw tooOld(version)
  return fetchBinary(nodeBinary(machineOfNpm, version), env).file
}

const machineOfNpm = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

const tooOld = (version: string): UsageError =>
  new UsageError(`Cannot check with Node.js ${version}: packages require ${oldestNode} or newer`)

function ask(file: string): NodeProgram {
  const question = '[process.versions.node, process.versions.modules].join()'
  const { stdout, stderr, error } = spawnSync(file, ['-p', question], { encoding: 'utf8' })
  const [, version, abi] = /^(\d+\.\d+\.\d+[^,]*),(\d+)$/.exec(stdout?.trim() ?? '') ?? []
  if (version !== undefined && abi !== undefined) return { file, version, abi }
  const reason = error
    ? systemReason(error)
    : stderr.trim().split('\n')[0] || 'it does not answer as Node.js does'
  throw new UsageError(
    `Cannot start the Node.js ${file}: ${reason}; use a version, such as "20", or the path of a program`,
  )
}
