import * as fs from 'node:fs'
import * as path from 'node:path'
import { attempt } from '../errors/cannot.js'
import { isSystemError } from '../errors/system-error.js'
import { acceptsSignals } from '../process/process-id.js'

// The folder while it is filled, and while its files are renamed to their final paths.
const [filling, installing] = ['.staging', '.installing']

/**
 * Files are first written beside their final paths and then renamed, all at the end. If the process is killed, the
 * disk is full, or the last file fails, the target contains only complete files. Dot files are never plugins, so
 * readers ignore staged files.
 */
export class Staging {
  readonly #target: string
  #folder: string
  /**
   * The final paths. A staged file is named by its index, because each further folder takes time to create and remove.
   */
  readonly #files: string[] = []
  readonly #removed: string[] = []
  /** Created folders, each with its outermost parent that did not exist before. */
  readonly #created: { folder: string; outermost: string }[] = []
  #isInstalled = false

  constructor(target: string) {
    this.#target = target
    this.#folder = attempt(`write to ${target}`, () => {
      this.#create(target)
      removeAbandoned(target)
      return fs.mkdtempSync(path.join(target, `${filling}-${process.pid}-`))
    })
  }

  /** Stages a file. Its path is relative to the target, with `/`. */
  add(file: string, content: Uint8Array | string, mode?: number): void {
    const staged = this.#stagedAt(this.#files.length)
    attempt(`write to ${this.#target}`, () => {
      fs.writeFileSync(staged, content)
      // Set separately, because the umask removes bits from the mode of a new file.
      if (mode !== undefined) fs.chmodSync(staged, mode)
    })
    this.#files.push(file)
  }

  /** Stages the removal of a file, if it exists. */
  remove(file: string): void {
    this.#removed.push(file)
  }

  /** Moves all staged files to their final paths. A reader that must not see only some of them calls `isInstalling`. */
  install(): void {
    attempt(`write to ${this.#target}`, () => {
      for (const file of this.#files) this.#create(path.join(this.#target, path.posix.dirname(file)))
      this.#announce()
      for (const [index, file] of this.#files.entries()) {
        fs.renameSync(this.#stagedAt(index), path.join(this.#target, file))
      }
      for (const file of this.#removed) fs.rmSync(path.join(this.#target, file), { force: true })
    })
    this.#isInstalled = true
    removeEmpty(this.#folder, this.#folder)
  }

  /** Removes all staged files and the folders that were created for them. */
  discard(): void {
    if (this.#isInstalled) return
    fs.rmSync(this.#folder, { recursive: true, force: true })
    for (const { folder, outermost } of this.#created.toReversed()) removeEmpty(folder, outermost)
  }

  #stagedAt(index: number): string {
    return path.join(this.#folder, String(index))
  }

  #announce(): void {
    const announced = path.join(this.#target, path.basename(this.#folder).replace(filling, installing))
    fs.renameSync(this.#folder, announced)
    this.#folder = announced
  }

  #create(folder: string): void {
    const outermost = fs.mkdirSync(folder, { recursive: true })
    if (outermost !== undefined) this.#created.push({ folder, outermost })
  }
}

/** Removes a folder, then its parents up to the outermost, as long as they are empty. */
function removeEmpty(folder: string, outermost: string): void {
  try {
    fs.rmdirSync(folder)
  } catch (error) {
    if (isSystemError(error)) return
    throw error
  }
  if (folder !== outermost) removeEmpty(path.dirname(folder), outermost)
}

/** A killed process leaves its folder. The next process removes it. */
function removeAbandoned(target: string): void {
  for (const name of fs.readdirSync(target)) {
    const pid = /^\.(?:staging|installing)-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !acceptsSignals(Number(pid))) {
      fs.rmSync(path.join(target, name), { recursive: true, force: true })
    }
  }
}

/** Whether a process is moving files into a folder, so that only some of them may be there. */
export function isInstalling(names: readonly string[]): boolean {
  return names.some(name => {
    const pid = /^\.installing-(\d+)-/.exec(name)?.[1]
    return pid !== undefined && acceptsSignals(Number(pid))
  })
}

/** A file to write: its path below the folder with `/`, its content, and its mode if it is not the usual one. */
type FileToWrite = readonly [path: string, content: Uint8Array | string, mode?: number]

/** Writes files into a folder, all or none. */
export function writeFiles(folder: string, files: Iterable<FileToWrite>): void {
  const staging = new Staging(folder)
  try {
    for (const file of files) staging.add(...file)
    staging.install()
  } finally {
    staging.discard()
  }
}
