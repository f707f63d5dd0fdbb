import * as fs from 'node:fs'
import { UsageError } from '../errors/usage-error.js'
import { type Pinned, pinned, type Runtime, runtimes, type Target, targets } from './binary/binaries.js'
import type { Environment } from './binary/cache.js'
import { fetchBinary } from './binary/fetch.js'
import type { Entry } from './entries.js'
import type { Demands } from './native.js'

/** The program of a JavaScript runtime that a package brings along. */
export interface Carried {
  runtime: Runtime
  program: Buffer
}

/** Finds the program to carry, once it is known what the addons of the package demand. */
export type ChooseRuntime = (demands: Demands | undefined) => Carried

/** Where a package is to run, and on what. */
interface Wanted {
  target: string
  runtime: string
}

/** Fetches what `--standalone` asks for, and says what it is. */
export function standaloneRuntime(
  wanted: Wanted,
  env: Environment,
  say: (line: string) => void,
): ChooseRuntime {
  const found = findPinned(wanted)
  let carried: Carried | undefined
  const fetch = (demands: Demands | undefined): Carried => {
    const chosen = fitting(found, demands)
    const { file, version } = fetchBinary(chosen, env)
    say(`The package carries ${titleOf(chosen)} ${version} of ${chosen.package}. ${experience(chosen)}`)
    return { runtime: chosen.runtime, program: fs.readFileSync(file) }
  }
  return demands => (carried ??= fetch(demands))
}

function findPinned({ target, runtime }: Wanted): Pinned {
  expectOneOf('kind of machine', target, targets)
  expectOneOf('runtime', runtime, runtimes)
  const found = pinned.find(one => one.target === target && one.runtime === runtime)
  if (found !== undefined) return found
  throw new UsageError(
    `Cannot carry Node.js for ${target}: npm has none; use "--runtime bun", or a program with "--node FILE"`,
  )
}

function expectOneOf(what: string, text: string, known: readonly string[]): void {
  if (known.includes(text)) return
  throw new UsageError(`Invalid ${what} "${text}": use one of ${known.join(', ')}`)
}

/** The program that the addons of a package run on, or why there is none. */
function fitting(found: Pinned, demands: Demands | undefined): Omit<Pinned, 'integrity'> {
  if (demands === undefined) return found
  const there = machineOf(found.target)
  if (demands.machine !== there)
    throw new UsageError(
      `Cannot pack for ${found.target}: the package holds native code for ${demands.machine}, which is what is installed here; run "npm install" and "kplug pack" on a machine of the kind ${there}`,
    )
  if (demands.abi === undefined) return found
  if (found.runtime === 'bun')
    throw new UsageError(
      `Cannot carry Bun: the package holds native code for Node.js with ABI ${demands.abi}; use "--runtime node"`,
    )
  // The addons were compiled for the Node.js that runs here. Its checksum is that of the registry.
  const { integrity: _, ...unpinned } = found
  return { ...unpinned, version: process.versions.node }
}

/** As `uname` and the C library name it. */
function machineOf(target: Target): string {
  const architecture = target.includes('arm64') ? 'aarch64' : 'x86_64'
  return `Linux ${architecture} ${target.endsWith('-musl') ? 'musl' : 'glibc'}`
}

const titleOf = ({ runtime }: { runtime: Runtime }): string => (runtime === 'node' ? 'Node.js' : 'Bun')

const experience = ({ tried, target }: Pick<Pinned, 'tried' | 'target'>): string =>
  tried
    ? 'This combination was tried in eKuiper 2.4.'
    : `It was not tried in an engine on ${machineOf(target)}.`

const launcherOf = (runtime: Runtime): string => `#!/bin/sh
folder=$(dirname "$0")
exec "$folder/${runtime}" "$folder/host.cjs" "$@"
`

/** The executable of a package that brings its own runtime: the process keeps the id that the engine knows. */
export const standaloneEntries = (name: string, host: Buffer, carried: Carried): Entry[] => [
  { path: name, content: Buffer.from(launcherOf(carried.runtime)), executable: true },
  { path: 'host.cjs', content: host },
  programEntry(carried),
]

/** The same with a shell above that takes over from a host that dies. It finds a runtime beside it by itself. */
export const supervisedEntries = (
  name: string,
  supervisor: Buffer,
  host: Buffer,
  carried: Carried | undefined,
): Entry[] => [
  { path: name, content: supervisor, executable: true },
  { path: 'host.cjs', content: host },
  ...(carried ? [programEntry(carried)] : []),
]

const programEntry = ({ runtime, program }: Carried): Entry => ({
  path: runtime,
  content: program,
  executable: true,
})
