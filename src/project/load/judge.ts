import * as fs from 'node:fs'
import { loadProblems, missingPackage } from '../../plugin/checks/load.js'
import { positionAt } from '../../plugin/checks/export-place.js'
import { at, type Place, type Problem } from '../../plugin/problem.js'
import type { Note } from '../../runtime/inspect/message.js'
import { placeInSource, placeOfText, placesOf, pathOf } from '../source-place.js'
import { loadLimit, type Outcome } from './loader.js'

/** What is wrong with how a built file loads, each problem at the author's own line where that can be found. */
export function judgeLoading(outcome: Outcome): Problem[] {
  const { request, notes } = outcome
  const servers = notes.flatMap(note =>
    note.note === 'listen'
      ? [at(loadProblems.server(note.where), placeOfStack(request.file, note.stack))]
      : [],
  )
  // Whoever waits for a server that it opened is not slow for another reason.
  if (outcome.ended === 'timeout' && servers.length > 0) return servers
  return [...servers, ...judgeEnd(outcome)]
}

function judgeEnd({ request: { file }, ended, notes, seen }: Outcome): Problem[] {
  const exit = notes.find(note => note.note === 'exit')
  switch (ended) {
    case 'exit':
      return [at(loadProblems.exits(), placeOfStack(file, exit?.stack ?? ''))]
    case 'memory':
      return [loadProblems.memory()]
    case 'timeout':
      return [at(loadProblems.hangs(loadLimit / 1000), placeOfHang(file, notes))]
    case undefined:
      // Where it was loaded, and only then something was amiss, its shape tells in better words.
      if (seen?.failure === undefined || seen.exports !== undefined) return []
      return [judgeFailure(file, seen.failure, seen.stack ?? '')]
  }
}

export function judgeFailure(file: string, message: string, stack: string): Problem {
  const missing = missingPackage(message)
  if (missing === undefined) return at(loadProblems.throws(firstLine(message)), placeOfStack(file, stack))
  const place = placeOfText(file, `"${missing}"`) ?? placeOfText(file, `'${missing}'`)
  return at(loadProblems.dependency(missing), place ?? {})
}

const firstLine = (text: string): string => text.split('\n')[0] ?? ''

const placeOfStack = (file: string, stack: string): Place => placeInSource(file, placesOf(stack)) ?? {}

/** Where a file that does not finish is: a thread saw it, or else it waits at its top level for what never comes. */
export function placeOfHang(file: string, notes: readonly Note[]): Place {
  const stuck = notes.find(note => note.note === 'stuck')
  const places = (stuck?.frames ?? []).map(({ url, line, column }) => ({
    file: pathOf(url),
    line: line + 1,
    column: column + 1,
  }))
  return placeInSource(file, places) ?? placeOfAwait(file) ?? {}
}

/** The last `await` outside any function: everything at the top level of a built file begins its line. */
function placeOfAwait(file: string): Place | undefined {
  const text = fs.readFileSync(file, 'utf8')
  const found = [...text.matchAll(/^(?:(?:var|let|const) .*?= )?(?=await\b)/gm)].at(-1)
  if (found === undefined) return undefined
  return placeInSource(file, [{ file, ...positionAt(text, found.index + found[0].length) }])
}
