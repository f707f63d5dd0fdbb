import { folderOf, type Kind, kinds } from '../plugin/kind.js'
import { withRemedy, makeProblem } from '../problem/make-problem.js'
import { at, type Problem, problems } from '../problem/problem.js'
import { groupBy } from '../plugin/group.js'
import { isBuiltIn } from '../ekuiper/built-ins.js'
import type { PackageContents } from './contents.js'

/** What the engine reads of `NAME.json`. */
export interface EngineManifest {
  language: string
  executable: string
  symbols: Record<Kind, string[]>
}

/** Reads the manifest of a package that is installed as `name`; problems where the engine would not take it. */
export function readEngineManifest(
  name: string,
  { entries, texts }: PackageContents,
): { manifest: EngineManifest | undefined; problems: Problem[] } {
  const file = `${name}.json`
  const text = texts.get(file)
  if (text === undefined) return { manifest: undefined, problems: [missing(file, entries.length)] }
  try {
    const values: unknown = JSON.parse(text.toString())
    const manifest = manifestFrom(values)
    return { manifest, problems: checkManifest(file, name, manifest, ownName(values)) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { manifest: undefined, problems: [invalid(file, reason, text)] }
  }
}

const missing = (file: string, count: number): Problem => ({
  ...withRemedy(
    'manifest-missing',
    `The package has no manifest "${file}"`,
    'name the manifest after the package, at the root of the zip',
  ),
  engine: `missing or invalid json file ${file}, found ${count} files in total`,
})

const invalid = (file: string, reason: string, text: Buffer): Problem => ({
  ...at(makeProblem('manifest-invalid', `The manifest "${file}" cannot be read: ${reason}`), { file }),
  // Go's words for other mistakes depend on where they are; these do not.
  ...(text.toString().trim() === '' ? { engine: 'unexpected end of JSON input' } : {}),
})

/** The engine's JSON does not care for the letter case of keys, takes null for empty, and refuses other types. */
function manifestFrom(values: unknown): EngineManifest {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new TypeError('it holds no JSON object')
  }
  return {
    language: textOf(values, 'language'),
    executable: textOf(values, 'executable'),
    symbols: {
      source: namesOf(values, 'sources'),
      sink: namesOf(values, 'sinks'),
      function: namesOf(values, 'functions'),
    },
  }
}

function valueOf(values: object, key: string): unknown {
  return Object.entries(values).findLast(([name]) => name.toLowerCase() === key)?.[1] ?? undefined
}

function textOf(values: object, key: string): string {
  const value = valueOf(values, key) ?? ''
  if (typeof value === 'string') return value
  throw new TypeError(`"${key}" must be a text`)
}

function namesOf(values: object, key: string): string[] {
  const value = valueOf(values, key) ?? []
  if (Array.isArray(value) && value.every(name => typeof name === 'string')) return value
  throw new TypeError(`"${key}" must be an array of names`)
}

const ownName = (values: unknown): unknown =>
  typeof values === 'object' && values !== null ? valueOf(values, 'name') : undefined

// The engine's own words keep its own spelling.
function checkManifest(file: string, name: string, manifest: EngineManifest, own: unknown): Problem[] {
  const { language, executable, symbols } = manifest
  const found: Problem[] = []
  const add = (problem: Problem, engine: string): void => {
    found.push({ ...at(problem, { file }), engine })
  }
  if (typeof own === 'string' && own !== name) {
    const wrong = `The manifest says that the package is called "${own}", and it is installed as "${name}"`
    add(
      withRemedy('manifest-invalid', wrong, 'leave "name" out'),
      `invalid plugin, expect name '${name}' but got '${own}'`,
    )
  }
  if (language === '') {
    const wrong = 'The manifest names no language'
    add(
      withRemedy('language-unsupported', wrong, 'write "language": "go", which runs the executable as it is'),
      'invalid plugin, missing language',
    )
  }
  if (executable === '') {
    const wrong = 'The manifest names no executable'
    add(
      withRemedy('executable-missing', wrong, 'name the file to run under "executable"'),
      'invalid plugin, missing executable',
    )
  }
  if (kinds.every(kind => symbols[kind].length === 0)) {
    const wrong = 'The manifest names no source, sink or function'
    add(
      withRemedy('symbols-missing', wrong, 'name at least one'),
      'invalid plugin, must define at lease one source, sink or function',
    )
  }
  if (language !== '' && language !== 'go' && language !== 'python') {
    const wrong = `The manifest says language "${language}", and eKuiper runs only "go" and "python"`
    add(
      withRemedy('language-unsupported', wrong, 'write "go", which runs the executable as it is'),
      `invalid plugin, language '${language}' is not supported`,
    )
  }
  return [...found, ...checkSymbols(file, symbols)]
}

function checkSymbols(file: string, symbols: EngineManifest['symbols']): Problem[] {
  const found = kinds.flatMap(kind => {
    const spellings = [...groupBy(symbols[kind], name => name.toLowerCase()).values()]
    const twice = spellings.filter(names => names.length > 1)
    const hidden = symbols[kind].filter(name => isBuiltIn(kind, name))
    return [
      ...twice.map(names => duplicate(kind, names)),
      ...hidden.map(name => problems.nameBuiltIn(kind, name)),
    ]
  })
  return found.map(problem => at(problem, { file }))
}

const duplicate = (kind: Kind, [name = '']: readonly string[]): Problem =>
  withRemedy(
    'symbol-duplicate',
    `The manifest names the ${kind} "${name}" more than once`,
    'leave one of them out',
  )

/** The files that the engine demands of a package beside its manifest, in the order in which it asks for them. */
export const demandedFiles = ({ executable, symbols }: EngineManifest): string[] => [
  executable,
  ...symbols.source.map(name => `${folderOf('source')}/${name}.yaml`),
]
