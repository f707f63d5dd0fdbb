import * as fs from 'node:fs'
import { isSystemError, systemReason } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'

/** What lies in a folder, dot files left out. A folder that is not there holds nothing. */
export function readFolder(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).filter(entry => !entry.name.startsWith('.'))
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (error.code === 'ENOENT') return []
    throw new UsageError(`Cannot read ${folder}: ${systemReason(error)}`, { cause: error })
  }
}
