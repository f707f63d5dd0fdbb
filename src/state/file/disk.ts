import * as fs from 'node:fs'

/** The calls that a full or failing disk answers with an error: tests put one that fails in their place. */
export interface Disk {
  writeSync(fd: number, bytes: Buffer, offset: number, length: number, position: number): number
  ftruncateSync(fd: number, length: number): void
  /** Resolves when the data of the file is on disk. */
  fdatasync(fd: number): Promise<void>
}

export const realDisk: Disk = {
  writeSync: fs.writeSync,
  ftruncateSync: fs.ftruncateSync,
  fdatasync: fd =>
    new Promise((resolve, reject) => fs.fdatasync(fd, error => (error ? reject(error) : resolve()))),
}

/** Makes what was created or renamed in a folder last. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.promises.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
