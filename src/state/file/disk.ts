import * as fs from 'node:fs'
import * as path from 'node:path'

/** The calls that a full or failing disk rejects. Tests replace them. */
export interface Disk {
  writeSync(fd: number, bytes: Buffer, offset: number, length: number, position: number): number
  ftruncateSync(fd: number, length: number): void
  /** Gives a file a second name. Fails if the name is taken, or if the file system has no hard links. */
  linkSync(file: string, name: string): void
  /** Resolves when the data of the file is on the disk. */
  fdatasync(fd: number): Promise<void>
}

export const realDisk: Disk = {
  writeSync: fs.writeSync,
  ftruncateSync: fs.ftruncateSync,
  linkSync: fs.linkSync,
  fdatasync: fd =>
    new Promise((resolve, reject) => fs.fdatasync(fd, error => (error ? reject(error) : resolve()))),
}

/** Makes files that were created, renamed or removed in a folder survive a power failure. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.promises.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Creates a folder and those above it. Node's recursive mkdir never returns where /proc refuses a new folder. */
export function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return
  const parent = path.dirname(folder)
  makeFolder(parent)
  try {
    fs.mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') {
      throw new Error(`the file system of "${parent}" accepts no new folders: choose another folder`, {
        cause: error,
      })
    }
    if (code !== 'EEXIST') throw error
  }
}
