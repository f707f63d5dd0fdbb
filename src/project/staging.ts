import * as fs from 'node:fs'
import * as path from 'node:path'
import { isSystemError, systemReason } from '../plugin/system-error.js'
import { UsageError } from '../plugin/usage-error.js'

const prefix = '.staging-'

/**
 * Files that are written beside their place and then renamed into it, all at the end: a process that is killed, a
 * full disk or a problem in the last file leaves the folder with whole files only. Dot files are never plugins, so
 * no reader sees what is staged.
 */
export class Staging {
  readonly #target: string
  readonly #folder: string
  readonly #files: string[] = []
  readonly #made = new Set<string>()

  constructor(target: string) {
    this.#target = target
    this.#folder = attempt(target, () => {
      fs.mkdirSync(target, { recursive: true })
      removeAbandoned(target)
      return fs.mkdtempSync(path.join(target, `${prefix}${process.pid}-`))
    })
  }

  /** Stages a file; its path is below the target, with `/`. */
  add(file: string, content: Uint8Array | string, mode?: number): void {
    attempt(this.#target, () => {
      this.#makeFolder(this.#folder, file)
      fs.writeFileSync(path.join(this.#folder, file), content)
      // Set apart, since the umask takes bits away from a mode given at the writing.
      if (mode !== undefined) fs.chmodSync(path.join(this.#folder, file), mode)
    })
    this.#files.push(file)
  }

  /** Puts every staged file in its place. */
  install(): void {
    attempt(this.#target, () => {
      for (const file of this.#files) this.#makeFolder(this.#target, file)
      for (const file of this.#files) {
        fs.renameSync(path.join(this.#folder, file), path.join(this.#target, file))
      }
    })
    this.discard()
  }

  discard(): void {
    fs.rmSync(this.#folder, { recursive: true, force: true })
  }

  #makeFolder(root: string, file: string): void {
    const folder = path.join(root, path.posix.dirname(file))
    if (this.#made.has(folder)) return
    fs.mkdirSync(folder, { recursive: true })
    this.#made.add(folder)
  }
}

function attempt<T>(folder: string, write: () => T): T {
  try {
    return write()
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new UsageError(`Cannot write to ${folder}: ${systemReason(error)}`, { cause: error })
  }
}

/** A process that was killed leaves its folder: the next one clears it away. */
function removeAbandoned(target: string): void {
  for (const name of fs.readdirSync(target)) {
    const pid = new RegExp(`^\\${prefix}(\\d+)-`).exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) {
      fs.rmSync(path.join(target, name), { recursive: true, force: true })
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return isSystemError(error) && error.code === 'EPERM'
  }
}
