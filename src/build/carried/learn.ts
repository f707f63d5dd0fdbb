import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Message } from 'esbuild'
import { readManifest } from '../../project/find-project.js'
import { packageAround } from '../../project/installation.js'
import type { Bond } from './segments.js'
import type { Carried } from './resolve.js'

/** Learns from esbuild's errors: packages that it cannot bundle are carried, and missing packages count as absent. */
export function learnFromErrors(carried: Carried, folder: string, errors: readonly Message[]): void {
  for (const { text, location } of errors) {
    const from = path.resolve(folder, location?.file ?? '')
    const unresolved = /^Could not resolve "(.*)"$/.exec(text)?.[1]
    const addon = /^No loader is configured for "\.node" files: (.*)$/.exec(text)?.[1]
    if (unresolved !== undefined) {
      if (packageAround(from) !== undefined) carried.absent.add(unresolved)
    } else if (addon !== undefined) {
      const file = path.resolve(folder, addon)
      if (!carried.addAround(from, 'has a native addon') && packageAround(from) === undefined)
        carried.addAround(file, 'has a native addon')
    } else carried.addAround(from, `cannot be bundled (${text})`)
  }
}

/** Learns from a bundle: a package with a module that depends on the location of its file is carried. */
export function learnFromBonds(carried: Carried, folder: string, bonds: readonly Bond[]): void {
  for (const { input, text } of bonds) carried.addAround(path.resolve(folder, input), whyOf(text))
}

/** Learns from the packages in a bundle: a package with a compiled addon finds the addon by its own location. */
export function learnFromPackages(carried: Carried, folder: string, inputs: readonly string[]): void {
  const homes = new Map(
    inputs.flatMap(input => {
      const found = packageAround(path.resolve(folder, input))
      return found ? [[found.folder, found] as const] : []
    }),
  )
  for (const { name, folder: home } of homes.values()) {
    if (isCompiled(home)) carried.add(name, home, 'has a native addon')
  }
}

// Packages that locate addons look at the path of the calling file.
const finders = [
  'bindings',
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  '@mapbox/node-pre-gyp',
  'pkg-prebuilds',
]

function isCompiled(home: string): boolean {
  if (['binding.gyp', 'prebuilds'].some(name => fs.existsSync(path.join(home, name)))) return true
  const dependencies: object = readManifest(path.join(home, 'package.json'))['dependencies'] ?? {}
  return finders.some(name => name in dependencies)
}

const whyOf = (text: string): string =>
  /^(?:__require\(|import\()/.test(text)
    ? 'loads modules by computed names'
    : 'looks for files beside its modules'
