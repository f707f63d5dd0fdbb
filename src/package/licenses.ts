import * as fs from 'node:fs'
import * as path from 'node:path'
import { packageAround } from '../project/installation.js'
import type { Entry } from './entries.js'

const license = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i

/** The licence texts of bundled packages, whose own folders are not in the package. */
export function licenseEntries(folders: readonly string[]): Entry[] {
  return [...new Set(folders)].flatMap(folder => {
    const name = packageAround(path.join(folder, 'package.json'))?.name
    const texts = fs.existsSync(folder)
      ? fs
          .readdirSync(folder)
          .filter(file => license.test(file))
          .sort()
      : []
    if (name === undefined || texts.length === 0) return []
    const content = Buffer.concat(texts.map(file => fs.readFileSync(path.join(folder, file))))
    return [{ path: `lib/licenses/${name}.txt`, content }]
  })
}
