import * as path from 'node:path'
import { checkTypeOfShape, configMismatch, noRow } from './shape.js'
import { type Diagnostic, problemFrom } from './diagnostic.js'
import { at, type Problem } from '../problem/problem.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'
import { SourceTexts } from '../project/source-texts.js'

// TypeScript decides whether a plugin matches the type of its kind. A generated file contains one statement per
// question. An error in its line means that the answer is no.

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
  /** The problem for a negative answer. */
  problem(answer: Diagnostic): Problem
  /** The method, if the compiler may report the same error in the author's file. */
  method?: 'configure' | 'open'
}

function questionsOf(source: PluginSource, i: number): Question[] {
  const { kind, symbol } = source
  const shape = {
    source,
    text: `void (plugin${i} satisfies Of<Needs["${kind}"]>)`,
    problem: (answer: Diagnostic) => checkTypeOfShape(kind, symbol, answer),
  }
  const config = {
    source,
    text: `void (({} as Given<typeof module${i}>) satisfies Props<"${kind}", typeof plugin${i}>)`,
    problem: (answer: Diagnostic) => configMismatch(kind, symbol, answer),
    method: 'configure' as const,
  }
  const rows = {
    source,
    text: `void (({} as Yields<typeof plugin${i}>) satisfies Row | RowWithMeta)`,
    problem: (answer: Diagnostic) => noRow(symbol, answer),
    method: 'open' as const,
  }
  if (kind === 'function') return [shape]
  return kind === 'sink' ? [shape, config] : [shape, config, rows]
}

/** A file with questions for the compiler, and the meaning of its errors. */
export interface Contract {
  text: string
  /** By line number, from 1. */
  questions: ReadonlyMap<number, Question>
}

/** Generates the file for a folder of the project. */
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
 * Turns compiler errors in the generated file into problems. If the compiler reports the same method in the author's
 * file, the problem is placed there. Import errors are reported elsewhere.
 */
export function readContractErrors(
  found: readonly Diagnostic[],
  fileName: string,
  { questions }: Contract,
  project: Project,
): Problem[] {
  const texts = new SourceTexts(project)
  const answers = found.filter(({ location }) => location.file === fileName)
  const own = found.filter(({ location }) => location.file !== fileName)
  const replaced = new Set<Diagnostic>()
  const contract = answers.flatMap(answer => {
    const question = questions.get(answer.location.line ?? 0)
    if (question === undefined) return []
    const echo = own.find(other => isEcho(other, question))
    if (echo) replaced.add(echo)
    return at(question.problem(answer), echo?.location ?? texts.locationOfSymbol(question.source))
  })
  return [...contract, ...own.filter(other => !replaced.has(other)).map(problemFrom)]
}

const notAsImplemented = 2416

/** An error of a class that declares an interface, or of a constant of its type. */
const isEcho = ({ number, lines: [first], location }: Diagnostic, { source, method }: Question): boolean =>
  number === notAsImplemented &&
  location.file === source.file &&
  method !== undefined &&
  first.includes(`'${method}'`)
