import { type Code, codeAdvice, isCode } from './codes.js'
import { positionAt } from './position.js'
import { at, type Problem } from './problem.js'
import { projectProblems } from './project-problems.js'

/** The codes that a file turns off for itself. */
export interface Ignores {
  codes: Set<Code>
  problems: Problem[]
}

/** Reads the comments `// kplug-ignore CODE: reason` of a file. One without a known code, or without a reason, is a problem. */
export function readIgnores(file: string, text: string): Ignores {
  const found: Ignores = { codes: new Set(), problems: [] }
  for (const match of text.matchAll(/\/\/[ \t]*kplug-ignore\b(.*)$/gm)) {
    const [, code = '', reason = ''] = /^\s*([^\s:]*)\s*:?\s*(.*?)\s*$/.exec(match[1] ?? '') ?? []
    const wrong = problemOf(code, reason)
    if (isCode(code) && wrong === undefined) found.codes.add(code)
    else if (wrong) found.problems.push(at(wrong, { file, ...positionAt(text, match.index) }))
  }
  return found
}

function problemOf(code: string, reason: string): Problem | undefined {
  if (!isCode(code)) return projectProblems.ignoreUnknown(code, codeAdvice(code))
  return reason === '' ? projectProblems.ignoreUnreasoned(code) : undefined
}
