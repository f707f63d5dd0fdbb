import { isObject } from '../../data/object.js'
import type { EngineManifest } from '../../ekuiper/engine-manifest.js'
import type { PackageContents } from '../../package/contents.js'
import { InvalidYaml, parseYaml } from '../../package/yaml.js'
import { packageProblems } from '../../problem/package-problems.js'
import { at, type Problem } from '../../problem/problem.js'

/** Checks the default properties of the sources: `sources/S.yaml`. */
export async function checkDefaults(
  { names }: EngineManifest,
  { texts }: PackageContents,
): Promise<Problem[]> {
  const found = names.source.map(async name => {
    const file = `sources/${name}.yaml`
    const text = texts.get(file)?.toString()
    const problem = text === undefined ? undefined : await checkText(file, text)
    return problem === undefined ? [] : [at(problem, { file })]
  })
  return (await Promise.all(found)).flat()
}

async function checkText(file: string, text: string): Promise<Problem | undefined> {
  const remedy = 'Write "default: {}" if there are none'
  try {
    const value = await parseYaml(text)
    if (!isObject(value) || !('default' in value))
      return packageProblems.defaultsInvalid(file, 'has no key "default"', remedy)
    if (isObject(value['default'])) return undefined
    return packageProblems.defaultsInvalid(file, 'has a key "default" that is not an object', remedy)
  } catch (error) {
    if (!(error instanceof InvalidYaml)) throw error
    return packageProblems.defaultsInvalid(file, `cannot be read: ${error.message}`)
  }
}
