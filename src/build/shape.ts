import { type Kind, kinds } from '../plugin/kind.js'
import type { Problem } from '../problem/problem.js'
import { type NeededMethod, projectProblems } from '../problem/project-problems.js'
import type { Diagnostic } from './diagnostic.js'

/** The required method of each plugin kind. */
const needed: Record<Kind, NeededMethod> = {
  source: { method: 'open', signature: 'open(ctx)' },
  sink: { method: 'collect', signature: 'collect(ctx, data)' },
  function: { method: 'exec', signature: 'exec(args, ctx)' },
}

/** Checks that a plugin has the method of its kind. A plugin with the method of another kind is in the wrong folder. */
export function checkShape(kind: Kind, symbol: string, methods: ReadonlySet<string>): Problem[] {
  if (methods.has(needed[kind].method)) return []
  const other = kinds.find(candidate => methods.has(needed[candidate].method))
  return [
    other === undefined
      ? projectProblems.methodMissing(kind, symbol, needed[kind])
      : projectProblems.folderWrong(kind, symbol, other, needed[other], needed[kind]),
  ]
}

/** The problem of a plugin's shape, from the compiler's error. Its innermost line gives the reason. */
export function checkTypeOfShape(kind: Kind, symbol: string, { lines }: Diagnostic): Problem {
  const reason = lines.at(-1) ?? ''
  const wrong = (seen: string, remedy: string) => projectProblems.shapeWrong(kind, symbol, seen, remedy)
  if (reason.includes(`'${needed[kind].method}' is missing`))
    return projectProblems.methodMissing(kind, symbol, needed[kind])
  if (reason.includes('abstract')) return wrong('is an abstract class', `Make "${symbol}" a plain class`)
  if (reason.includes('too few arguments'))
    return wrong('has a constructor with arguments, and gets none', 'Take properties in configure')
  const words = reason.trim().replace(/\.$/, '').replaceAll("'", '"')
  return wrong(`does not fit its kind (${words})`, `Add ${needed[kind].signature} to "${symbol}"`)
}

/** A `config` whose output does not match the properties of `configure`. The compiler's message names both types. */
export function configMismatch(kind: Kind, symbol: string, { lines }: Diagnostic): Problem {
  const { given, wanted } = typesIn(lines.join('\n'))
  return projectProblems.configMismatch(kind, symbol, given, wanted)
}

/** A source that yields something other than rows. */
export const noRow = (symbol: string, { lines }: Diagnostic): Problem =>
  projectProblems.rowWrong(symbol, typesIn(lines.join('\n')).given)

/** The two incompatible types, from the compiler's first line. */
function typesIn(message: string): { given: string; wanted: string } {
  const lacks = /is missing in type '(.*)' but required in type '(.*?)'/.exec(message)
  const fits = /Type '(.*?)' (?:is not assignable to|does not satisfy the expected) type '(.*?)'/.exec(
    message,
  )
  const lack = /Type '(.*?)' is missing the following properties from type '(.*?)'/.exec(message)
  const [, given = 'something else', wanted = 'other properties'] = fits ?? lacks ?? lack ?? []
  return { given: written(given), wanted: written(wanted) }
}

const written = (type: string): string =>
  type
    .replace(/;( \})/g, '$1')
    .replaceAll('{ ', '{')
    .replaceAll(' }', '}')
