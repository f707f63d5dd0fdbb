import * as fs from 'node:fs'
import { loadProblems, missingPackage } from './load-problems.js'
import { positionAt } from '../problem/position.js'
import { at, type Place, type Problem } from '../problem/problem.js'
import type { Note } from './message.js'
import { type BuiltPlace, pathOf, placeInSource, placesOf } from '../stack/source-place.js'
import { loadLimit, type Outcome } from './loader.js'

/** Finds the place to show among those of a stack: the author's own line, or one of the built file. */
export type Locate = (built: string, places: readonly BuiltPlace[]) => Place | undefined

/** What is wrong with how a built file loads, each problem at the line that `locate` finds, where there is one. */
export function judgeLoading(outcome: Outcome, locate: Locate = placeInSource): Problem[] {
  const { request, notes, ended, seen } = outcome
  const servers = judgeServers(request.file, notes, locate)
  // Whoever waits for a server that it opened is not slow for another reason.
  if (ended === 'timeout') return servers.length > 0 ? servers : [hangs(request.file, notes, locate)]
  // Where it was loaded, and only then something was amiss, its shape tells in better words.
  if (ended === undefined && seen?.failure !== undefined && seen.exports === undefined) {
    return [...servers, judgeFailure(request.file, seen.failure, seen.stack ?? '', locate)]
  }
  if (ended === undefined) return servers
  return [...servers, ended === 'memory' ? loadProblems.memory() : exits(request.file, notes, locate)]
}

export function judgeServers(file: string, notes: readonly Note[], locate: Locate): Problem[] {
  return notes.flatMap(note =>
    note.note === 'listen'
      ? [at(loadProblems.server(note.where), locate(file, placesOf(note.stack)) ?? {})]
      : [],
  )
}

function exits(file: string, notes: readonly Note[], locate: Locate): Problem {
  const exit = notes.find(note => note.note === 'exit')
  return at(loadProblems.exits(), locate(file, placesOf(exit?.stack ?? '')) ?? {})
}

const hangs = (file: string, notes: readonly Note[], locate: Locate): Problem =>
  at(loadProblems.hangs(loadLimit / 1000), placeOfHang(file, notes, locate))

/** What Node said when it could not load a file. */
export function judgeFailure(file: string, message: string, stack: string, locate: Locate): Problem {
  const missing = missingPackage(message)
  if (missing !== undefined)
    return at(loadProblems.dependency(missing), locate(file, placesOfImport(file, missing)) ?? {})
  return at(loadProblems.throws(message.split('\n')[0] ?? ''), locate(file, placesOf(stack)) ?? {})
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
