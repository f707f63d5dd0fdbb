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

const ADVICE: Record<string, string> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the quota of the disk is used up: free some space',
  EFBIG: 'the file would be larger than its limit allows: raise the limit',
  EACCES: 'permission denied: give this user the right to write there, or choose another folder',
  EPERM: 'permission denied: give this user the right to write there, or choose another folder',
  EROFS: 'the file system is read-only: choose another folder',
  ENOTDIR: 'a file is in the way: choose another folder',
  EEXIST: 'a file is in the way: choose another folder',
  EIO: 'the disk failed: check it',
  EISDIR: 'a folder is in the way of "journal": move it away',
  EMFILE: 'too many files are open: raise the limit',
  ENAMETOOLONG: 'the path is too long: choose another folder',
}

/** Why a call to the file system failed, with what to do. */
export function diskReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return (code !== undefined && ADVICE[code]) || message
}
