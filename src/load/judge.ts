import * as fs from 'node:fs'
import { loadProblems } from '../problem/load-problems.js'
import { positionAt } from '../problem/position.js'
import { at, type Location, type Problem } from '../problem/problem.js'
import type { InspectionRequest, Note } from './message.js'
import { type CodeLocation, pathOf, locationInSource, locationsIn } from '../stack/source-location.js'
import { loadLimit, type LoadOutcome } from './loader.js'

/** Chooses the stack frame to show: a line of the author's source, or else a line of the built file. */
export type Locate = (built: string, locations: readonly CodeLocation[]) => Location | undefined

/** The problems found while a built file was loaded. `locate` maps each to its line. */
export function judgeLoading(outcome: LoadOutcome, locate: Locate = locationInSource): Problem[] {
  const { request, notes, ended, seen } = outcome
  const servers = judgeServers(request, notes, locate)
  // If a file waits for a server that it opened itself, that server is the reason, and "slow" adds nothing.
  if (ended === 'timeout') return servers.length > 0 ? servers : [hangs(request, notes, locate)]
  // If the file was loaded and failed only afterwards, the checks of its exports give a better message.
  if (ended === undefined && seen?.failure !== undefined && seen.exportNames === undefined) {
    const { failure: reason, missingPackage, stack = '' } = seen
    return [...servers, judgeFailure(request, { reason, missingPackage, stack }, locate)]
  }
  if (ended === undefined) return servers
  return [...servers, ended === 'memory' ? loadProblems.memory(request) : exits(request, notes, locate)]
}

export function judgeServers(loaded: InspectionRequest, notes: readonly Note[], locate: Locate): Problem[] {
  return notes.flatMap(note =>
    note.note === 'listen'
      ? [at(loadProblems.server(loaded, note.where), locate(loaded.file, locationsIn(note.stack)))]
      : [],
  )
}

function exits(loaded: InspectionRequest, notes: readonly Note[], locate: Locate): Problem {
  const exit = notes.find(note => note.note === 'exit')
  return at(loadProblems.exits(loaded), locate(loaded.file, locationsIn(exit?.stack ?? '')))
}

const hangs = (loaded: InspectionRequest, notes: readonly Note[], locate: Locate): Problem =>
  at(loadProblems.hangs(loaded, loadLimit / 1000), locationOfHang(loaded.file, notes, locate))

/** Why a file could not be loaded. */
interface LoadFailure {
  reason: string
  missingPackage: string | undefined
  stack: string
}

export function judgeFailure(
  loaded: InspectionRequest,
  { reason, missingPackage, stack }: LoadFailure,
  locate: Locate,
): Problem {
  const { file } = loaded
  if (missingPackage === undefined)
    return at(loadProblems.throws(loaded, reason.split('\n')[0] ?? ''), locate(file, locationsIn(stack)))
  const imports = locationsOfImport(file, missingPackage)
  return at(loadProblems.dependency(loaded, missingPackage), locate(file, imports))
}

/**
 * Where a built file imports a package, or calls the stand-in for it. Starts at the beginning of that line, which the
 * source map knows.
 */
function locationsOfImport(file: string, name: string): CodeLocation[] {
  const marks = [`"${name}"`, `'${name}'`, `require_${name.replace(/\W+/g, '_')}()`]
  const lines = fs.readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((text, i) =>
    marks.some(mark => text.includes(mark))
      ? [{ file, line: i + 1, column: Math.max(0, text.search(/\S/)) + 1 }]
      : [],
  )
}

/** Where a file is stuck: the watching thread saw the line, or else the file waits at its top level. */
export function locationOfHang(file: string, notes: readonly Note[], locate: Locate): Location | undefined {
  const stuck = notes.find(note => note.note === 'stuck')
  const locations = (stuck?.frames ?? []).map(({ url, line, column }) => ({
    file: pathOf(url),
    line: line + 1,
    column: column + 1,
  }))
  return locate(file, locations) ?? locate(file, locationsOfAwait(file))
}

/** The last `await` outside any function. A top-level statement of a built file starts at the beginning of its line. */
function locationsOfAwait(file: string): CodeLocation[] {
  const text = fs.readFileSync(file, 'utf8')
  const found = [...text.matchAll(/^(?:(?:var|let|const) .*?= )?(?=await\b)/gm)].at(-1)
  return found === undefined ? [] : [{ file, ...positionAt(text, found.index + found[0].length) }]
}
