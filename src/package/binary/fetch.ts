import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { UsageError } from '../../errors/usage-error.js'
import type { Binary } from './binaries.js'
import { BinaryCache, checksumOf, type Environment, type Program } from './cache.js'

/** The program from an npm package: from the cache, or else from the registry that npm uses. */
export function fetchBinary(binary: Binary, env: Environment): Program {
  const cache = new BinaryCache(env)
  return cache.find(binary) ?? fetchInto(cache, binary, env)
}

function fetchInto(cache: BinaryCache, binary: Binary, env: Environment): Program {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-binary-'))
  const run = (tool: string, args: string[]): string => runTool(tool, args, { binary, folder, env })
  try {
    const wanted = `${binary.package}@${binary.version}`
    const answer = run('npm', ['pack', wanted, '--json', '--silent', '--pack-destination', folder])
    const { version, integrity } = packed(answer)
    const archive = path.join(folder, fs.readdirSync(folder).find(file => file.endsWith('.tgz')) ?? '')
    expectChecksum(binary, checksumOf(archive), binary.integrity ?? integrity)
    run('tar', ['-xzf', archive, '-C', folder, `package/${binary.file}`])
    return cache.keep(binary, version, integrity, path.join(folder, 'package', binary.file))
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function expectChecksum(binary: Binary, seen: string, expected: string): void {
  if (seen === expected) return
  throw refusal(binary, `its checksum is ${seen}, expected ${expected}`)
}

/** The entry in the output of `npm pack --json`, which packed one package. */
function packed(answer: string): { version: string; integrity: string } {
  const [only] = JSON.parse(answer) as [{ version: string; integrity: string }]
  return only
}

interface Running {
  binary: Binary
  folder: string
  env: Environment
}

function runTool(tool: string, args: string[], { binary, folder, env }: Running): string {
  // npm is a script on Windows, which only a shell can run. A package.json in the current folder must not affect it.
  const { status, stdout, stderr, error } = spawnSync(tool, args, {
    cwd: folder,
    encoding: 'utf8',
    env,
    shell: os.platform() === 'win32',
  })
  if (status === 0) return stdout
  throw refusal(binary, `${tool}: ${error?.message ?? reasonIn(stdout) ?? stderr.trim().split('\n')[0]}`)
}

/** npm's own message. */
const reasonIn = (stdout: string): string | undefined =>
  /"summary": "(.*?)\.?",?$/m.exec(stdout)?.[1]?.replace('FetchError: ', '')

const refusal = ({ package: name, version }: Binary, reason: string): UsageError =>
  new UsageError(
    `Cannot fetch ${name}@${version}: ${reason}; use "--node FILE" with a program on this machine`,
  )
