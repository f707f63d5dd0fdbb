import { messageOf } from '../errors/reason.js'
import { decodeEngineManifest, type EngineManifest, engineManifestFile } from '../ekuiper/engine-manifest.js'
import { isBuiltIn } from '../ekuiper/built-ins.js'
import { groupBy } from '../plugin/group.js'
import { folderOf, type Kind, kinds } from '../plugin/kind.js'
import { makeProblem, withRemedy } from '../problem/make-problem.js'
import { at, type Problem, problems } from '../problem/problem.js'
import type { PackageContents } from './contents.js'

/** A manifest with its problems; one that cannot be read has at least one. */
type ReadManifest =
  | { manifest: EngineManifest; problems: Problem[] }
  | { manifest: undefined; problems: [Problem] }

/** Reads the manifest of a package that is installed as `name`, and reports why the engine would refuse it. */
export function readEngineManifest(name: string, { entries, texts }: PackageContents): ReadManifest {
  const file = engineManifestFile(name)
  const text = texts.get(file)
  if (text === undefined) return { manifest: undefined, problems: [missing(file, entries.length)] }
  try {
    const manifest = decodeEngineManifest(text.toString())
    const found = [...checkFields(name, manifest), ...checkNames(manifest)]
    return { manifest, problems: found.map(problem => at(problem, { file })) }
  } catch (error) {
    const reason = messageOf(error)
    return { manifest: undefined, problems: [at(invalid(file, reason, text), { file })] }
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
  ...makeProblem('manifest-invalid', `The manifest "${file}" cannot be read: ${reason}`),
  // Go's words for other mistakes depend on where they are; these do not.
  ...(text.toString().trim() === '' ? { engine: 'unexpected end of JSON input' } : {}),
})

const runAsItIs = 'write "language": "go", which runs the executable as it is'

// In the order in which the engine checks. Its own words keep its own spelling.
function checkFields(name: string, manifest: EngineManifest): Problem[] {
  const { language, executable, names } = manifest
  const found: Problem[] = []
  const add = (problem: Problem, engine: string): void => {
    found.push({ ...problem, engine: `invalid plugin, ${engine}` })
  }
  if (manifest.name !== undefined && manifest.name !== name) {
    const wrong = `The manifest names the package "${manifest.name}", and it is installed as "${name}"`
    add(
      withRemedy('manifest-invalid', wrong, 'remove "name"'),
      `expect name '${name}' but got '${manifest.name}'`,
    )
  }
  if (language === '')
    add(withRemedy('language-unsupported', 'The manifest names no language', runAsItIs), 'missing language')
  if (executable === '') {
    const wrong = 'The manifest names no executable'
    add(withRemedy('executable-missing', wrong, 'name the file to run as "executable"'), 'missing executable')
  }
  if (kinds.every(kind => names[kind].length === 0)) {
    const wrong = 'The manifest names no source, sink or function'
    add(
      withRemedy('symbols-missing', wrong, 'name at least one'),
      'must define at lease one source, sink or function',
    )
  }
  if (language !== '' && language !== 'go' && language !== 'python') {
    const wrong = `The manifest has the language "${language}", and eKuiper runs only "go" and "python"`
    add(withRemedy('language-unsupported', wrong, runAsItIs), `language '${language}' is not supported`)
  }
  return found
}

function checkNames({ names }: EngineManifest): Problem[] {
  return kinds.flatMap(kind => {
    const spellings = [...groupBy(names[kind], name => name.toLowerCase()).values()]
    return [
      ...spellings.filter(same => same.length > 1).map(same => duplicate(kind, same)),
      ...names[kind].filter(name => isBuiltIn(kind, name)).map(name => problems.nameBuiltIn(kind, name)),
    ]
  })
}

const duplicate = (kind: Kind, [name = '']: readonly string[]): Problem =>
  withRemedy(
    'symbol-duplicate',
    `The manifest names the ${kind} "${name}" more than once`,
    'remove all but one of them',
  )

/** The files that the engine demands of a package beside its manifest, in the order in which it asks for them. */
export const demandedFiles = ({ executable, names }: EngineManifest): string[] => [
  executable,
  ...names.source.map(name => `${folderOf('source')}/${name}.yaml`),
]
