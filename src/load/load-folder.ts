import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { UsageError } from '../errors/usage-error.js'
import { onAbort } from '../waiting/abort.js'
import { type NodeProgram, ownNode } from './node-program.js'

/**
 * A temporary folder from which built files are loaded. It holds only the files added to it, so what loads there loads
 * anywhere. Its path is short and has no links, because sockets and stack traces contain it.
 */
export class LoadFolder {
  readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-')))
  readonly #sealed: string[] = []
  #node: NodeProgram
  #forgetSignal = (): void => {}
  /** Rejects when the user stops the command. */
  readonly interrupted: Promise<never>

  /** What loads them. */
  get node(): NodeProgram {
    return this.#node
  }

  /** The current folder and home folder of the processes. Empty at first. */
  get home(): string {
    return path.join(this.folder, 'home')
  }

  constructor(node: NodeProgram = ownNode, signal?: AbortSignal) {
    this.#node = node
    this.interrupted = new Promise((_resolve, reject) => {
      if (signal !== undefined) this.#forgetSignal = onAbort(signal, () => reject(interrupted()))
    })
    this.interrupted.catch(() => {})
    fs.mkdirSync(this.home)
    this.add('plugins/package.json', '{"type": "module"}\n')
    if (node !== ownNode) this.bringNode()
  }

  /** Copies the Node.js to where it is called `node`, and any user reaches it. */
  bringNode(): void {
    const file = path.join(this.folder, 'bin', 'node')
    fs.mkdirSync(path.dirname(file))
    fs.copyFileSync(this.#node.file, file, fs.constants.COPYFILE_FICLONE)
    fs.chmodSync(file, 0o755)
    this.#node = { ...this.#node, file }
  }

  /** Adds a file under a path relative to the folder, with `/`. Returns its absolute path. */
  add(file: string, content: Uint8Array | string): string {
    const full = path.join(this.folder, file)
    fs.mkdirSync(path.dirname(full), { recursive: true })
    fs.writeFileSync(full, content)
    return full
  }

  /**
   * Copies the files of carried packages. A link would let them find other packages that are installed beside the
   * original.
   */
  addPackages(files: readonly { path: string; from: string }[]): void {
    const folders = new Set(files.map(({ path: file }) => path.dirname(path.join(this.folder, file))))
    for (const folder of folders) fs.mkdirSync(folder, { recursive: true })
    for (const { path: file, from } of files)
      fs.copyFileSync(from, path.join(this.folder, file), fs.constants.COPYFILE_FICLONE)
  }

  /** Takes the right to write in a folder, and in those below it. */
  seal(folder: string): void {
    const below = fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    const folders = below
      .filter(entry => entry.isDirectory())
      .map(entry => path.join(entry.parentPath, entry.name))
    for (const one of [folder, ...folders]) {
      fs.chmodSync(one, 0o555)
      this.#sealed.push(one)
    }
  }

  remove(): void {
    this.#forgetSignal()
    for (const folder of this.#sealed) fs.chmodSync(folder, 0o755)
    fs.rmSync(this.folder, { recursive: true, force: true })
  }
}

const interrupted = (): UsageError =>
  new UsageError('Cannot finish loading the plugins: kplug was interrupted')
