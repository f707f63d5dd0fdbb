import * as fs from 'node:fs'
import { cannot } from '../errors/cannot.js'
import { isSystemError } from '../errors/system-error.js'

/** The entries of a folder, without dot files. A missing folder is empty. */
export function readFolder(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).filter(entry => !entry.name.startsWith('.'))
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return []
    throw cannot(`read ${folder}`, error)
  }
}
