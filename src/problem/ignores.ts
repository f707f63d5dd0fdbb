import { type Code, codeAdvice, isCode } from './codes.js'
import { makeProblem, withRemedy } from './make-problem.js'
import { at, type Problem } from './problem.js'
import { positionAt } from './position.js'

/** The codes that a file turns off for itself. */
export interface Ignores {
  codes: Set<Code>
  problems: Problem[]
}

/** Reads the comments `// kplug-ignore CODE: reason` of a file. One that names no code, or no reason, is a problem. */
export function readIgnores(file: string, text: string): Ignores {
  const found: Ignores = { codes: new Set(), problems: [] }
  for (const match of text.matchAll(/\/\/[ \t]*kplug-ignore\b(.*)$/gm)) {
    const [, code = '', reason = ''] = /^\s*([^\s:]*)\s*:?\s*(.*?)\s*$/.exec(match[1] ?? '') ?? []
    const wrong = adviceFor(code, reason)
    if (isCode(code) && wrong === undefined) found.codes.add(code)
    else if (wrong) found.problems.push(at(wrong, { file, ...positionAt(text, match.index) }))
  }
  return found
}

function adviceFor(code: string, reason: string): Problem | undefined {
  if (!isCode(code)) return makeProblem('ignore-invalid', codeAdvice(code))
  if (reason !== '') return undefined
  return withRemedy(
    'ignore-invalid',
    `The comment that turns "${code}" off does not say why`,
    `write "// kplug-ignore ${code}: the reason"`,
  )
}
