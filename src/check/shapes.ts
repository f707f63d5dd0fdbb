import * as path from 'node:path'
import { checkTypeOfShape } from './shape.js'
import { at, type Place, type Problem } from '../problem/problem.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'
import type { GeneratedFile } from '../build/type-check.js'

// Whether a plugin has what its kind demands is for TypeScript to say. A generated file asks it, one line a plugin:
// `void (plugin satisfies …)` is an error on that line where the plugin does not fit.

const fileName = 'kplug-shapes.ts'

const preamble = [
  "import type { Func, Sink, Source } from 'kplug'",
  '// eslint-disable-next-line',
  'type Any = any',
  'type Of<T> = T | (new () => T) | (() => T | Promise<T>)',
  'type Needs = { source: Pick<Source<Any>, "open">; sink: Pick<Sink<Any>, "collect">; function: Pick<Func<Any>, "exec"> }',
]

/** The generated file that asks for the shapes of these plugins. */
export function shapesFile({ folder }: Project, sources: readonly PluginSource[]): GeneratedFile {
  const imports = sources.map(({ symbol, file }, i) => {
    const from = path.join(folder, file).replace(/\.ts$/, '.js')
    return `import { ${symbol} as plugin${i} } from ${JSON.stringify(from)}`
  })
  const questions = sources.map(({ kind }, i) => `void (plugin${i} satisfies Of<Needs["${kind}"]>)`)
  return { name: fileName, text: [...preamble, ...imports, ...questions, ''].join('\n') }
}

/**
 * Tells what the compiler said of the generated file from what it said of the author's, and makes problems of it.
 * `placeOf` is where a plugin is exported. What is wrong with an import is found elsewhere, too.
 */
export function splitShapeErrors(
  found: readonly Problem[],
  sources: readonly PluginSource[],
  placeOf: (source: PluginSource) => Place,
): { types: Problem[]; shapes: Problem[] } {
  const firstQuestion = preamble.length + sources.length + 1
  const types = found.filter(problem => problem.file !== fileName)
  const shapes = found.flatMap(problem => {
    const source = problem.file === fileName ? sources[(problem.line ?? 0) - firstQuestion] : undefined
    if (source === undefined) return []
    const reason = problem.message.split('\n').at(-1) ?? ''
    return at(checkTypeOfShape(source.kind, source.symbol, reason), placeOf(source))
  })
  return { types, shapes }
}
