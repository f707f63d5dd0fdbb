import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import maxSatisfying from 'semver/ranges/max-satisfying.js'
import { isSystemError, systemReason } from '../../errors/system-error.js'
import { UsageError } from '../../errors/usage-error.js'
import type { Binary } from './binaries.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** A program on this machine's disk. */
export interface Program {
  file: string
  version: string
}

/** The file beside a cached program, which shows whether the program has changed. */
interface Origin {
  /** The checksum of the npm package. */
  integrity: string
  /** The checksum of the program. */
  checksum: string
}

const originFile = 'origin.json'

/** Programs fetched from npm, each with its checksum. A program that has changed since is not used. */
export class BinaryCache {
  readonly #folder: string

  constructor({ XDG_CACHE_HOME: caches, HOME: home = os.homedir() }: Environment) {
    this.#folder = path.join(caches || path.join(home, '.cache'), 'kplug', 'binaries')
  }

  /** The newest cached version that matches. */
  find(binary: Binary): Program | undefined {
    const versions = fs.existsSync(this.#of(binary)) ? fs.readdirSync(this.#of(binary)) : []
    const version = maxSatisfying(versions, binary.version)
    if (version === null) return undefined
    const file = path.join(this.#of(binary), version, path.basename(binary.file))
    return isIntact(file, binary.integrity) ? { file, version } : undefined
  }

  /** Stores a program. If another process has stored it meanwhile, that copy stays. */
  keep(binary: Binary, version: string, integrity: string, program: string): Program {
    try {
      return this.#keep(binary, version, integrity, program)
    } catch (error) {
      if (!isSystemError(error)) throw error
      throw new UsageError(
        `Cannot store ${binary.package} in ${this.#folder}: ${systemReason(error)}; set XDG_CACHE_HOME to another folder`,
        { cause: error },
      )
    }
  }

  #keep(binary: Binary, version: string, integrity: string, program: string): Program {
    const folder = path.join(this.#of(binary), version)
    fs.mkdirSync(this.#of(binary), { recursive: true })
    const beside = fs.mkdtempSync(`${this.#of(binary)}.`)
    const name = path.basename(binary.file)
    fs.copyFileSync(program, path.join(beside, name))
    fs.chmodSync(path.join(beside, name), 0o755)
    const origin: Origin = { integrity, checksum: checksumOf(program) }
    fs.writeFileSync(path.join(beside, originFile), JSON.stringify(origin))
    fs.rmSync(folder, { recursive: true, force: true })
    fs.renameSync(beside, folder)
    return { file: path.join(folder, name), version }
  }

  #of({ package: name }: Binary): string {
    return path.join(this.#folder, name.replace('/', '+'))
  }
}

function isIntact(file: string, integrity: string | undefined): boolean {
  const beside = path.join(path.dirname(file), originFile)
  if (!fs.existsSync(beside)) return false
  // Only `keep` writes this file.
  const origin = JSON.parse(fs.readFileSync(beside, 'utf8')) as Origin
  return origin.checksum === checksumOf(file) && (integrity ?? origin.integrity) === origin.integrity
}

/** In npm's format. */
export const checksumOf = (file: string): string =>
  `sha512-${createHash('sha512').update(fs.readFileSync(file)).digest('base64')}`
