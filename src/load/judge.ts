import * as fs from 'node:fs'
import { type Loaded, loadProblems } from '../problem/load-problems.js'
import { positionAt } from '../problem/position.js'
import { at, type Place, type Problem } from '../problem/problem.js'
import type { Note } from './message.js'
import { type BuiltPlace, pathOf, placeInSource, placesOf } from '../stack/source-place.js'
import { loadLimit, type Outcome } from './loader.js'

/** Finds the place to show among those of a stack: the author's own line, or one of the built file. */
export type Locate = (built: string, places: readonly BuiltPlace[]) => Place | undefined

/** What is wrong with how a built file loads, each problem at the line that `locate` finds. */
export function judgeLoading(outcome: Outcome, locate: Locate = placeInSource): Problem[] {
  const { request, notes, ended, seen } = outcome
  const servers = judgeServers(request, notes, locate)
  // A file that waits for a server that it opened itself is not slow for another reason.
  if (ended === 'timeout') return servers.length > 0 ? servers : [hangs(request, notes, locate)]
  // If it was loaded and failed only afterwards, the checks of its shape find better words.
  if (ended === undefined && seen?.failure !== undefined && seen.exports === undefined) {
    const { failure: reason, missingPackage, stack = '' } = seen
    return [...servers, judgeFailure(request, { reason, missingPackage, stack }, locate)]
  }
  if (ended === undefined) return servers
  return [...servers, ended === 'memory' ? loadProblems.memory(request) : exits(request, notes, locate)]
}

/** A built file, and the plugin in it. */
export interface LoadedFile extends Loaded {
  file: string
}

export function judgeServers(loaded: LoadedFile, notes: readonly Note[], locate: Locate): Problem[] {
  return notes.flatMap(note =>
    note.note === 'listen'
      ? [at(loadProblems.server(loaded, note.where), locate(loaded.file, placesOf(note.stack)) ?? {})]
      : [],
  )
}

function exits(loaded: LoadedFile, notes: readonly Note[], locate: Locate): Problem {
  const exit = notes.find(note => note.note === 'exit')
  return at(loadProblems.exits(loaded), locate(loaded.file, placesOf(exit?.stack ?? '')) ?? {})
}

const hangs = (loaded: LoadedFile, notes: readonly Note[], locate: Locate): Problem =>
  at(loadProblems.hangs(loaded, loadLimit / 1000), placeOfHang(loaded.file, notes, locate))

/** Why a file could not be loaded. */
interface LoadFailure {
  reason: string
  missingPackage: string | undefined
  stack: string
}

export function judgeFailure(
  loaded: LoadedFile,
  { reason, missingPackage, stack }: LoadFailure,
  locate: Locate,
): Problem {
  const { file } = loaded
  if (missingPackage === undefined)
    return at(loadProblems.throws(loaded, reason.split('\n')[0] ?? ''), locate(file, placesOf(stack)) ?? {})
  const place = locate(file, placesOfImport(file, missingPackage))
  return at(loadProblems.dependency(loaded, missingPackage), place ?? {})
}

/** Where a built file names a package, or calls what stands for it, from the beginning of that line on: a map knows the statement. */
function placesOfImport(file: string, name: string): BuiltPlace[] {
  const marks = [`"${name}"`, `'${name}'`, `require_${name.replace(/\W+/g, '_')}()`]
  const lines = fs.readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((text, i) =>
    marks.some(mark => text.includes(mark))
      ? [{ file, line: i + 1, column: Math.max(0, text.search(/\S/)) + 1 }]
      : [],
  )
}

/** Where a file that does not finish is: a thread saw it, or else it waits at its top level for what never comes. */
export function placeOfHang(file: string, notes: readonly Note[], locate: Locate): Place {
  const stuck = notes.find(note => note.note === 'stuck')
  const places = (stuck?.frames ?? []).map(({ url, line, column }) => ({
    file: pathOf(url),
    line: line + 1,
    column: column + 1,
  }))
  return locate(file, places) ?? locate(file, placesOfAwait(file)) ?? {}
}

/** The last `await` outside any function: what is at the top level of a built file begins its line. */
function placesOfAwait(file: string): BuiltPlace[] {
  const text = fs.readFileSync(file, 'utf8')
  const found = [...text.matchAll(/^(?:(?:var|let|const) .*?= )?(?=await\b)/gm)].at(-1)
  return found === undefined ? [] : [{ file, ...positionAt(text, found.index + found[0].length) }]
}
