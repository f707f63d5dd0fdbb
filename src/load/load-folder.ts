import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'

/**
 * A temporary folder in which built files are loaded. It holds nothing but what is put in, so that what loads there
 * loads anywhere. Its path is short and has no links in it, since sockets and stacks name it.
 */
export class LoadFolder {
  readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-')))

  /** The current folder and the home of the processes; empty at first. */
  get home(): string {
    return path.join(this.folder, 'home')
  }

  constructor() {
    fs.mkdirSync(this.home)
    this.add('plugins/package.json', '{"type": "module"}\n')
  }

  /** Adds a file by its path below the folder, with `/`, and returns where it is. */
  add(file: string, content: Uint8Array | string): string {
    const full = path.join(this.folder, file)
    fs.mkdirSync(path.dirname(full), { recursive: true })
    fs.writeFileSync(full, content)
    return full
  }

  /** Copies the files of carried packages: a link would lead to where other packages are installed, too. */
  addPackages(files: readonly { path: string; from: string }[]): void {
    const folders = new Set(files.map(({ path: file }) => path.dirname(path.join(this.folder, file))))
    for (const folder of folders) fs.mkdirSync(folder, { recursive: true })
    for (const { path: file, from } of files)
      fs.copyFileSync(from, path.join(this.folder, file), fs.constants.COPYFILE_FICLONE)
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true })
  }
}
