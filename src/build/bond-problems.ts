import { SourceMap } from 'node:module'
import * as path from 'node:path'
import type { OutputFile } from 'esbuild'
import { positionAt } from '../problem/position.js'
import { at, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import { packageAround } from '../project/installation.js'
import { slashedFrom } from '../project/slashed.js'
import type { Bond } from './carried/segments.js'

/** A bundle from esbuild. */
interface RawBundle {
  code: OutputFile
  map: OutputFile
}

/** Code in the author's own modules that depends on the location of its file, with its lines. */
export function bondProblems(folder: string, bonds: readonly Bond[], { code, map }: RawBundle): Problem[] {
  const own = bonds.filter(bond => !isPackaged(folder, bond) && !makesRequire(code.text, bond))
  if (own.length === 0) return []
  const sources = new SourceMap(JSON.parse(map.text))
  return own.map(({ text, offset, input }) => {
    const { line, column } = positionAt(code.text, offset)
    const entry = sources.findEntry(line - 1, column - 1)
    const problem = problemOf(text)
    if (!('originalSource' in entry)) return at(problem, { file: input })
    return at(problem, {
      file: slashedFrom(folder, path.resolve(path.dirname(code.path), entry.originalSource)),
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1,
    })
  })
}

const isPackaged = (folder: string, { input }: Bond): boolean =>
  packageAround(path.resolve(folder, input)) !== undefined

/** `createRequire(import.meta.url)` works in a built file too: it finds Node's modules and the carried packages. */
const makesRequire = (code: string, { text, offset }: Bond): boolean =>
  text === 'kplugMetaUrl' && /\bcreateRequire\d*\($/.test(code.slice(Math.max(0, offset - 30), offset))

function problemOf(text: string): Problem {
  if (/^(?:__require|import\()/.test(text)) return projectProblems.moduleComputed()
  const written = text.replace(
    /^kplug(Meta)?(\w+)$/,
    (_, meta: string | undefined, word: string) => (meta ? 'import.meta.' : '__') + word.toLowerCase(),
  )
  return projectProblems.fileBeside(written)
}
