import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { packageFolder } from '../project/installation.js'
import type { Project } from '../project/project.js'

/**
 * A folder in which built files are tried: what is put in is all there is, so that what loads there loads anywhere.
 * Its path is short and has no links in it, since sockets and stacks name it.
 */
export class Trial {
  readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-')))

  /** Where the processes start, and what they may use as home. Empty at first. */
  get home(): string {
    return path.join(this.folder, 'home')
  }

  constructor() {
    fs.mkdirSync(this.home)
    this.add('plugins/package.json', '{"type": "module"}\n')
  }

  /** Adds a file; its path is below the folder, with `/`. Answers where it is. */
  add(file: string, content: Uint8Array | string): string {
    const full = path.join(this.folder, file)
    fs.mkdirSync(path.dirname(full), { recursive: true })
    fs.writeFileSync(full, content)
    return full
  }

  /** Links the packages that travel with a project's plugins, as far as they are installed. */
  addExternals({ folder, settings }: Project): void {
    for (const name of settings.external ?? []) {
      const home = packageFolder(name, folder)
      if (home === undefined) continue
      const link = path.join(this.folder, 'node_modules', name)
      fs.mkdirSync(path.dirname(link), { recursive: true })
      fs.symlinkSync(fs.realpathSync(home), link, 'junction')
    }
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true })
  }
}
