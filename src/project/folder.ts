import * as fs from 'node:fs'
import { isSystemError, systemReason } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'

/** The entries of a folder, without dot files. A missing folder is empty. */
export function readFolder(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).filter(entry => !entry.name.startsWith('.'))
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (error.code === 'ENOENT') return []
    throw new UsageError(`Cannot read ${folder}: ${systemReason(error)}`, { cause: error })
  }
}
