import * as fs from 'node:fs'
import * as path from 'node:path'
import { isObject } from '../data/object.js'
import { codeAdvice, isCode } from '../problem/codes.js'
import { positionAt } from '../problem/position.js'
import { at, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import { checkEngine } from './engine.js'
import { readManifest } from '../project/find-project.js'
import { identityOf } from '../package/identity.js'
import { parseManifest, type Project, projectFrom } from '../project/project.js'

/**
 * Reads a project as far as possible: problems in package.json are reported, and the affected settings are ignored. A
 * file that is not a JSON object cannot be read at all.
 */
export function readProjectWithProblems(
  folder: string,
  packageName: string | undefined,
): { project: Project; problems: Problem[] } {
  const file = path.join(folder, 'package.json')
  const text = fs.readFileSync(file, 'utf8')
  const values = readManifest(file)
  const own = Object.keys(values)
  // A nested key can have the name of a missing one.
  const place = (problem: Problem) =>
    placeInManifest(text, { keys: own.includes(keysOf(problem)[0] ?? '') ? keysOf(problem) : [] })
  const invalid: Problem[] = []
  for (;;) {
    const { data, problems } = parseManifest(values)
    if (data) {
      const project = projectFrom(folder, data)
      const { problems: unfit } = identityOf(project, packageName)
      const found = [
        ...invalid,
        ...unfit.filter(problem => !invalid.some(one => keysOf(one)[0] === keysOf(problem)[0])),
        ...unknownRules(project),
        ...checkEngine(project),
      ]
      return { project, problems: found.map(problem => at(problem, place(problem))) }
    }
    invalid.push(...problems)
    for (const problem of problems) remove(values, keysOf(problem))
  }
}

const keysOf = ({ subject }: Problem): readonly string[] => (subject?.type === 'setting' ? subject.keys : [])

/** The position of a key in package.json. Each part of the path is searched after the previous one. */
export function placeInManifest(
  text: string,
  { keys, value }: { keys: readonly string[]; value?: string },
): { file: string; line: number; column: number } {
  let offset = 0
  for (const key of [...keys, ...(value === undefined ? [] : [value])]) {
    const found = text.indexOf(JSON.stringify(key), offset)
    if (found >= 0) offset = found
  }
  return { file: 'package.json', ...positionAt(text, offset) }
}

function remove(values: object, keys: readonly string[]): void {
  const [last, ...parents] = keys.toReversed()
  const parent = parents.toReversed().reduce<unknown>((value, key) => Reflect.get(Object(value), key), values)
  if (last !== undefined && (isObject(parent) || Array.isArray(parent))) Reflect.deleteProperty(parent, last)
}

const unknownRules = ({ settings }: Project): Problem[] =>
  Object.keys(settings.rules ?? {})
    .filter(code => !isCode(code))
    .map(code => projectProblems.settingInvalid(['kplug', 'rules', code], 'is not a code', codeAdvice(code)))
