import * as fs from 'node:fs'
import { UsageError } from '../errors/usage-error.js'
import { type Pinned, pinned, type Runtime, runtimes, type Target, targets } from './binary/binaries.js'
import type { Environment } from './binary/cache.js'
import { fetchBinary } from './binary/fetch.js'
import type { Demands } from './native.js'

/** The program of a JavaScript runtime that a package includes. */
export interface Carried {
  runtime: Runtime
  /** Unknown of a program that the user gives. */
  version?: string
  program: Buffer
}

/** Finds the program to include. It depends on the requirements of the package's addons. */
export type ChooseRuntime = (demands: Demands | undefined) => Carried

/** The platform and the runtime of a package. */
interface Wanted {
  target: string
  runtime: string
}

/** Fetches the runtime that `--standalone` asks for, and reports which one it is. */
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
    say(`The package includes ${titleOf(chosen)} ${version} from ${chosen.package}. ${experience(chosen)}`)
    return { runtime: chosen.runtime, version, program: fs.readFileSync(file) }
  }
  return demands => (carried ??= fetch(demands))
}

function findPinned({ target, runtime }: Wanted): Pinned {
  expectOneOf('platform', target, targets)
  expectOneOf('runtime', runtime, runtimes)
  const found = pinned.find(one => one.target === target && one.runtime === runtime)
  if (found !== undefined) return found
  throw new UsageError(
    `Cannot include Node.js for ${target}: npm has no such binary; use "--runtime bun", or provide a binary with "--node FILE"`,
  )
}

function expectOneOf(what: string, text: string, known: readonly string[]): void {
  if (known.includes(text)) return
  throw new UsageError(`Invalid ${what} "${text}": use one of ${known.join(', ')}`)
}

/** The program that can run the addons of a package. Throws if there is none. */
function fitting(found: Pinned, demands: Demands | undefined): Omit<Pinned, 'integrity'> {
  if (demands === undefined) return found
  const there = machineOf(found.target)
  if (demands.machine !== there)
    throw new UsageError(
      `Cannot pack for ${found.target}: the package contains native code for ${demands.machine}, the platform of this machine; run "npm install" and "kplug pack" on ${there}`,
    )
  if (demands.abi === undefined) return found
  if (found.runtime === 'bun')
    throw new UsageError(
      `Cannot include Bun: the package contains native code for Node.js with ABI ${demands.abi}; use "--runtime node"`,
    )
  // The addons were compiled for the Node.js that runs kplug. Its checksum comes from the registry.
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
    ? 'This combination is tested in eKuiper 2.4.'
    : `It is not tested in an engine on ${machineOf(target)}.`
