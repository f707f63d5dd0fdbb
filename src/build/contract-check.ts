import * as path from 'node:path'
import { checkTypeOfShape, configMismatch, noRow } from './shape.js'
import { at, type Problem } from '../problem/problem.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'
import { SourceTexts } from '../project/source-texts.js'

// Whether a plugin has what its kind demands is for TypeScript to say. A generated file asks it, one question a line, and
// an error on that line is a "no".

const preamble = [
  "import type { Func, Row, RowWithMeta, Sink, Source } from 'kplug'",
  'type Any = any',
  'type Of<T> = T | (new () => T) | (() => T | Promise<T>)',
  'type Needs = { source: { open: Any }; sink: Pick<Sink<Any>, "collect">; function: Pick<Func<Any>, "exec"> }',
  'type Made<T> = T extends abstract new (...args: Any) => infer I ? I : T extends (...args: Any) => infer R ? Awaited<R> : T',
  'type Yields<T> = Made<T> extends { open(...args: Any): AsyncIterable<infer Y> | Iterable<infer Y> } ? Y : Row',
  'type Takes = { source: [Any?, unknown?]; sink: [unknown?] }',
  'type Configure<T> = Made<T> extends { configure(...args: infer A): Any } ? A : []',
  'type Props<K, T> = Configure<T> extends infer A ? K extends "source" ? (A extends [Any?, (infer P)?] ? P : unknown) : A extends [(infer P)?] ? P : unknown : unknown',
  'type Given<M> = M extends { config: { "~standard": { types?: infer T } } } ? NonNullable<T> extends { output: infer O } ? O : Any : Any',
]

interface Question {
  source: PluginSource
  text: string
  /** What a "no" means; the reason is the compiler's. */
  problem(reason: string): Problem
}

function questionsOf(source: PluginSource, i: number): Question[] {
  const { kind, symbol } = source
  const shape = {
    source,
    text: `void (plugin${i} satisfies Of<Needs["${kind}"]>)`,
    problem: (reason: string) => checkTypeOfShape(kind, symbol, reason),
  }
  const config = {
    source,
    text: `void (({} as Given<typeof module${i}>) satisfies Props<"${kind}", typeof plugin${i}>)`,
    problem: (reason: string) => configMismatch(kind, symbol, reason),
  }
  const rows = {
    source,
    text: `void (({} as Yields<typeof plugin${i}>) satisfies Row | RowWithMeta)`,
    problem: (reason: string) => noRow(symbol, reason),
  }
  if (kind === 'function') return [shape]
  return kind === 'sink' ? [shape, config] : [shape, config, rows]
}

/** A file that asks the compiler about plugins, and what its answers mean. */
export interface Contract {
  text: string
  /** By line, from 1. */
  questions: ReadonlyMap<number, Question>
}

/** Makes a file that lies in a folder of the project. */
export function contractFile(sources: readonly PluginSource[], folder: string): Contract {
  const imports = sources.flatMap(({ symbol, file }, i) => {
    const relative = path.posix.relative(folder, file.replace(/\.([mc]?)[jt]sx?$/, '.$1js'))
    const from = JSON.stringify(relative.startsWith('.') ? relative : `./${relative}`)
    return [`import { ${symbol} as plugin${i} } from ${from}`, `import * as module${i} from ${from}`]
  })
  const questions = sources.flatMap(questionsOf)
  const first = preamble.length + imports.length + 1
  return {
    text: [...preamble, ...imports, ...questions.map(({ text }) => text), ''].join('\n'),
    questions: new Map(questions.map((question, i) => [first + i, question])),
  }
}

/**
 * Makes problems of the compiler's answers among all that it found. What the compiler says of the same method in the
 * author's file has their place, and gives way. What is wrong with an import is found elsewhere, too.
 */
export function readContractErrors(
  found: readonly Problem[],
  fileName: string,
  { questions }: Contract,
  project: Project,
): Problem[] {
  const texts = new SourceTexts(project)
  const answers = found.filter(problem => problem.file === fileName)
  const own = found.filter(problem => problem.file !== fileName)
  const replaced = new Set<Problem>()
  const contract = answers.flatMap(answer => {
    const question = questions.get(answer.line ?? 0)
    if (question === undefined) return []
    const problem = question.problem(answer.message)
    const method = methodOf[problem.code]
    const echo = own.find(other => method !== undefined && isEcho(other, question.source, method))
    if (echo) replaced.add(echo)
    return at(problem, echo ? placeOf(echo) : texts.placeOfSymbol(question.source))
  })
  return [...contract, ...own.filter(problem => !replaced.has(problem))]
}

const methodOf: Partial<Record<string, string>> = { 'config-mismatch': 'configure', 'row-wrong': 'open' }

const placeOf = ({ file, line, column }: Problem) => ({
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
})

/** An error of a class that says that it implements an interface (TS2416), or of a constant of its type. */
const isEcho = ({ file, message }: Problem, source: PluginSource, method: string): boolean =>
  file === source.file && message.includes(`'${method}'`) && /\(TS2416\)/.test(message)
