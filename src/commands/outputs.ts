import * as fs from 'node:fs'
import * as path from 'node:path'
import { isSystemError } from '../errors/system-error.js'
import type { Io } from '../io.js'

/**
 * Recognizes the files that a command itself writes: its redirected output, and `named` ones. In a watched project,
 * writing them must not cause a build, whose report would be the next write.
 */
export function outputsOf(io: Io, ...named: readonly string[]): (file: string) => boolean {
  const files = new Set(named.map(name => path.resolve(io.cwd(), name)))
  const redirected = new Set([io.stdout, io.stderr].flatMap(stream => identityOf(fdOf(stream))))
  return file => files.has(file) || identityOf(file).some(identity => redirected.has(identity))
}

const fdOf = (stream: object): number | undefined => {
  const fd: unknown = Reflect.get(stream, 'fd')
  return typeof fd === 'number' ? fd : undefined
}

/** Device and inode: a redirected output has no name. */
function identityOf(file: string | number | undefined): string[] {
  if (file === undefined) return []
  try {
    const stat = typeof file === 'number' ? fs.fstatSync(file) : fs.statSync(file)
    return stat.isFile() ? [`${stat.dev}:${stat.ino}`] : []
  } catch (error) {
    // It was removed, or is a link that leads nowhere.
    if (!isSystemError(error)) throw error
    return []
  }
}
