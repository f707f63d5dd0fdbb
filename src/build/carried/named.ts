import * as fs from 'node:fs'
import * as path from 'node:path'
import { readManifest } from '../../project/find-project.js'
import { packageAround, packageFolder } from '../../project/installation.js'
import type { Project } from '../../project/project.js'
import type { CarriedPackage } from './carried-package.js'
import { textsOf } from './segments.js'

/**
 * The dependencies that a project's own modules name in a string, as in `transport: { target: 'pino-pretty' }`. A
 * package that loads modules by computed names may load these.
 */
export function packagesNamedIn(project: Project, code: string, inputs: readonly string[]): CarriedPackage[] {
  const { folder } = project
  const isOwn = (input: string): boolean => packageAround(path.resolve(folder, input)) === undefined
  const texts = textsOf(code, inputs, isOwn).join('\n')
  const bundled = new Set(inputs.map(input => packageAround(path.resolve(folder, input))?.name))
  return dependenciesOf(folder).flatMap(name => {
    const home = packageFolder(name, folder)
    if (home === undefined || name === 'kplug' || bundled.has(name)) return []
    const named = ['"', "'", '`'].some(
      quote => texts.includes(`${quote}${name}${quote}`) || texts.includes(`${quote}${name}/`),
    )
    return named ? [{ name, folder: fs.realpathSync(home), why: 'is named in a string' }] : []
  })
}

function dependenciesOf(folder: string): string[] {
  const { dependencies, optionalDependencies } = readManifest(path.join(folder, 'package.json'))
  return [dependencies, optionalDependencies].flatMap(names => Object.keys(names ?? {}))
}
