import * as fs from 'node:fs'
import * as path from 'node:path'
import { positionAt } from '../problem/position.js'
import { codeAdvice, isCode } from '../problem/codes.js'
import { makeProblem } from '../problem/make-problem.js'
import { at, type Problem, problems } from '../problem/problem.js'
import { readManifest } from '../project/find.js'
import { parseManifest, type Project, projectFrom } from '../project/project.js'

type Path = readonly PropertyKey[]

/**
 * Reads a project as far as it can be read: what is wrong with package.json is among the problems, and left out. Only
 * a file that is no JSON object is beyond that.
 */
export function readProjectWithProblems(folder: string): { project: Project; problems: Problem[] } {
  const file = path.join(folder, 'package.json')
  const text = fs.readFileSync(file, 'utf8')
  const values = readManifest(file)
  const found: Problem[] = []
  for (;;) {
    const { data, issues } = parseManifest(values)
    if (data) {
      const project = projectFrom(folder, data)
      return { project, problems: [...found, ...unknownRules(project, text)] }
    }
    for (const { path: where, message } of issues) {
      found.push(at(problemAt(where, message), placeInManifest(text, where)))
      remove(values, where)
    }
  }
}

function problemAt(where: Path, message: string): Problem {
  const isVersion = where[0] === 'version' || (where[1] === 'versions' && where.length > 2)
  return isVersion
    ? problems.versionInvalid(message.replace(/^"[^"]*": /, ''))
    : makeProblem('settings-invalid', `Cannot use ${message}`)
}

/** Where a key of package.json is: each part of its path is looked for after the one before. */
export function placeInManifest(text: string, where: Path): { file: string; line: number; column: number } {
  let offset = 0
  for (const part of where) {
    const found = text.indexOf(JSON.stringify(String(part)), offset)
    if (found >= 0) offset = found
  }
  return { file: 'package.json', ...positionAt(text, offset) }
}

function remove(values: object, where: Path): void {
  const [last, ...parents] = where.toReversed()
  const parent = parents.toReversed().reduce<unknown>((value, key) => Reflect.get(Object(value), key), values)
  if (last !== undefined && typeof parent === 'object' && parent !== null)
    Reflect.deleteProperty(parent, last)
}

const unknownRules = ({ settings }: Project, text: string): Problem[] =>
  Object.keys(settings.rules ?? {})
    .filter(code => !isCode(code))
    .map(code =>
      at(makeProblem('settings-invalid', codeAdvice(code)), placeInManifest(text, ['kplug', 'rules', code])),
    )
