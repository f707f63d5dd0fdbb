import * as fs from 'node:fs'
import * as path from 'node:path'
import { folderOf, kinds } from '../plugin/kind.js'
import { camelCase, parseName, symbolOf } from '../plugin/name.js'
import { readFolder } from '../project/folder.js'
import { sourceStem } from '../project/source-file.js'

/** What was repaired, or why it was not: the end of a sentence. */
export interface Repair {
  done: boolean
  sentence: string
}

/**
 * Repairs what needs no guess: a file name that is not camel case or not the name of the exported symbol, and an export
 * whose spelling differs from its file's in letter case only.
 */
export function fixProject(folder: string): Repair[] {
  return kinds.flatMap(kind => {
    const below = `src/${folderOf(kind)}`
    return readFolder(path.join(folder, below))
      .filter(entry => entry.isFile() && sourceStem(entry.name) !== undefined)
      .flatMap(entry => fixFile(folder, `${below}/${entry.name}`) ?? [])
  })
}

function fixFile(folder: string, file: string): Repair | undefined {
  const base = sourceStem(path.posix.basename(file)) ?? ''
  const text = fs.readFileSync(path.join(folder, file), 'utf8')
  const exported = exportedNames(text)
  const symbol = symbolOf(camelCase(base))
  const same = exported.filter(name => name.toLowerCase() === symbol.toLowerCase())
  const [only, ...others] = same
  if (only === undefined || others.length > 0) return undefined
  // If a symbol and a file name differ in letter case, the symbol has the capital letters inside.
  const meant = /^[A-Z]/.test(only) ? only : symbol
  if (parseName(meant) === undefined) return undefined
  if (parseName(base)?.symbol !== meant) return renameFile(folder, file, meant)
  return only === meant ? undefined : renameExport(folder, file, text, { from: only, to: meant })
}

const exportedNames = (text: string): string[] =>
  [...text.matchAll(/^export\s+(?:async\s+)?(?:class|const|let|function\*?)\s+([A-Za-z_$][\w$]*)/gm)].flatMap(
    ([, name]) => name ?? [],
  )

function renameFile(folder: string, file: string, symbol: string): Repair {
  const base = symbol + path.posix.extname(file)
  const to = `${path.posix.dirname(file)}/${base}`
  const taken = readFolder(path.join(folder, path.posix.dirname(file))).some(
    ({ name }) => name !== path.posix.basename(file) && name.toLowerCase() === base.toLowerCase(),
  )
  if (taken) return { done: false, sentence: `${file} unchanged: ${to} already exists` }
  const importer = mentioning(folder, sourceStem(path.posix.basename(file)) ?? '', file)
  if (importer)
    return { done: false, sentence: `${file} unchanged: ${importer} imports it; rename it to ${to} by hand` }
  fs.renameSync(path.join(folder, file), path.join(folder, to))
  return { done: true, sentence: `${file}: renamed to ${to}` }
}

/** Renames the declaration if nothing else uses the name. Otherwise adds an export under the other name. */
function renameExport(
  folder: string,
  file: string,
  text: string,
  { from, to }: { from: string; to: string },
): Repair {
  const word = new RegExp(`\\b${from}\\b`, 'g')
  const alone = [...text.matchAll(word)].length === 1 && mentioning(folder, from, file) === undefined
  const fixed = alone ? text.replace(word, to) : `${text.trimEnd()}\n\nexport { ${from} as ${to} }\n`
  fs.writeFileSync(path.join(folder, file), fixed)
  return {
    done: true,
    sentence: alone
      ? `${file}: now exports "${to}" instead of "${from}"`
      : `${file}: now also exports "${from}" as "${to}"`,
  }
}

/** Another TypeScript file of the project that contains a word; undefined if there is none. */
function mentioning(folder: string, word: string, except: string): string | undefined {
  const pattern = new RegExp(`(?<![\\w$-])${word.replace(/[^\w]/g, '\\$&')}(?![\\w$-])`)
  return ['src', 'test']
    .flatMap(below => typeScriptFiles(folder, below))
    .find(file => file !== except && pattern.test(fs.readFileSync(path.join(folder, file), 'utf8')))
}

function typeScriptFiles(folder: string, below: string): string[] {
  return readFolder(path.join(folder, below)).flatMap(entry => {
    const file = `${below}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : typeScriptFiles(folder, file)
    return /\.[mc]?tsx?$/.test(entry.name) ? [file] : []
  })
}
