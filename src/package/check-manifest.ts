import { messageOf } from '../errors/reason.js'
import {
  decodeEngineManifest,
  type EngineManifest,
  engineManifestFile,
  pluginsIn,
} from '../ekuiper/engine-manifest.js'
import { checkName } from './check-name.js'
import { groupBy } from '../plugin/group.js'
import { folderOf, kinds } from '../plugin/kind.js'
import { packageProblems } from '../problem/package-problems.js'
import { at, type Problem } from '../problem/problem.js'
import type { PackageContents } from './contents.js'

/** A manifest with its problems. A manifest that cannot be read has at least one. */
type ReadManifest =
  | { manifest: EngineManifest; problems: Problem[] }
  | { manifest: undefined; problems: [Problem] }

/** Reads the manifest of a package that is installed as `name`. Reports why the engine would refuse it. */
export function readEngineManifest(name: string, { entries, texts }: PackageContents): ReadManifest {
  const file = engineManifestFile(name)
  const text = texts.get(file)
  if (text === undefined)
    return { manifest: undefined, problems: [packageProblems.manifestMissing(file, entries.length)] }
  try {
    const manifest = decodeEngineManifest(text.toString())
    const found = [...checkFields(name, file, manifest), ...checkNames(manifest)]
    return { manifest, problems: found.map(problem => at(problem, { file })) }
  } catch (error) {
    return { manifest: undefined, problems: [at(invalid(file, messageOf(error), text), { file })] }
  }
}

// Go's messages for other mistakes depend on the position.
const invalid = (file: string, reason: string, text: Buffer): Problem =>
  text.toString().trim() === ''
    ? packageProblems.manifestEmpty(file, reason)
    : packageProblems.manifestInvalid(file, reason)

// In the engine's order.
function checkFields(name: string, file: string, manifest: EngineManifest): Problem[] {
  const { language, executable } = manifest
  const found: Problem[] = []
  if (manifest.name !== undefined && manifest.name !== name)
    found.push(packageProblems.nameDiffers(file, manifest.name, name))
  if (language === '') found.push(packageProblems.languageMissing(file))
  if (executable === '') found.push(packageProblems.executableUnnamed(file))
  if (pluginsIn(manifest).length === 0) found.push(packageProblems.symbolsMissing(file))
  if (language !== '' && language !== 'go' && language !== 'python')
    found.push(packageProblems.languageUnsupported(file, language))
  return found
}

function checkNames({ names }: EngineManifest): Problem[] {
  return kinds.flatMap(kind => {
    const spellings = [...groupBy(names[kind], name => name.toLowerCase()).values()]
    return [
      ...spellings
        .filter(same => same.length > 1)
        .map(([name]) => packageProblems.symbolDuplicate(kind, name)),
      ...names[kind].flatMap(name => checkName(kind, name)),
    ]
  })
}

/** The files that the engine requires besides the manifest, in the engine's order. */
export const demandedFiles = ({ executable, names }: EngineManifest): string[] => [
  executable,
  ...names.source.map(name => `${folderOf('source')}/${name}.yaml`),
]
