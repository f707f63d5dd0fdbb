import { folderOf, type Kind, kinds } from '../plugin/kind.js'
import { withRemedy } from '../problem/make-problem.js'
import { nameOf } from '../plugin/name.js'
import type { Problem } from '../problem/problem.js'

/** The method without which a plugin of a kind cannot run. */
const demanded: Record<Kind, { method: string; signature: string }> = {
  source: { method: 'open', signature: 'open(ctx)' },
  sink: { method: 'collect', signature: 'collect(ctx, data)' },
  function: { method: 'exec', signature: 'exec(args, ctx)' },
}

/** What is wrong with a plugin whose methods are known: its kind's is missing, maybe since it is of another kind. */
export function checkShape(kind: Kind, symbol: string, methods: ReadonlySet<string>): Problem[] {
  if (methods.has(demanded[kind].method)) return []
  const other = kinds.find(candidate => methods.has(demanded[candidate].method))
  return [other === undefined ? methodMissing(kind, symbol) : folderWrong(kind, symbol, other)]
}

/** What is wrong with the shape of a plugin, as the compiler has it: the reason is the innermost of its lines. */
export function checkTypeOfShape(kind: Kind, symbol: string, message: string): Problem {
  const reason = message.split('\n').at(-1) ?? ''
  if (reason.includes(`'${demanded[kind].method}' is missing`)) return methodMissing(kind, symbol)
  const name = `The ${kind} "${nameOf(symbol)}"`
  if (reason.includes('abstract'))
    return shapeWrong(`${name} is an abstract class`, `make "${symbol}" a plain class`)
  if (reason.includes('too few arguments'))
    return shapeWrong(
      `${name} has a constructor with arguments, and gets none`,
      'take properties in configure',
    )
  const wrong = reason.trim().replace(/\.$/, '').replaceAll("'", '"')
  return shapeWrong(`${name} does not fit (${wrong})`, `give it a method ${demanded[kind].signature}`)
}

/** A `config` whose output is not what `configure` takes; the compiler's message names both types. */
export function configMismatch(kind: Kind, symbol: string, message: string): Problem {
  const { given, wanted } = typesIn(message)
  return withRemedy(
    'config-mismatch',
    `"config" of ${kind} "${nameOf(symbol)}" gives ${given}, and its configure takes ${wanted}`,
    `declare the properties of configure as InferConfig<typeof config>`,
  )
}

/** A source that yields what is no row. */
export const noRow = (symbol: string, message: string): Problem =>
  withRemedy(
    'row-wrong',
    `Source "${nameOf(symbol)}" yields ${typesIn(message).given}, which is no row`,
    'yield an object, such as { value }',
  )

/** The two types that do not fit, in the compiler's first line, as one writes them. */
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

const shapeWrong = (wrong: string, remedy: string): Problem => withRemedy('shape-wrong', wrong, remedy)

const methodMissing = (kind: Kind, symbol: string): Problem =>
  withRemedy(
    'method-missing',
    `The ${kind} "${nameOf(symbol)}" has no method "${demanded[kind].method}"`,
    `give "${symbol}" a method ${demanded[kind].signature}`,
  )

const folderWrong = (kind: Kind, symbol: string, other: Kind): Problem =>
  withRemedy(
    'folder-wrong',
    `"${symbol}" lies among the ${folderOf(kind)}, and has the method "${demanded[other].method}" of a ${other}`,
    `move the file to "${folderOf(other)}", or give it a method ${demanded[kind].signature}`,
  )

/** A folder in `src/` whose name is nearly that of a kind: kplug does not look into it. */
export const folderMisspelt = (folder: string, kind: Kind): Problem =>
  withRemedy(
    'folder-wrong',
    `No plugin is looked for in "src/${folder}"`,
    `rename the folder to "src/${folderOf(kind)}"`,
  )
