import * as path from 'node:path'
import type { Message } from 'esbuild'
import { packageAround } from '../../project/installation.js'
import type { Bond } from './segments.js'
import type { Carried } from './resolve.js'

/** Learns from what esbuild could not do: packages in which it fails are carried, and what they lack is absent. */
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

/** Learns from a bundle: a package with a module that holds only in its own place is carried. */
export function learnFromBonds(carried: Carried, folder: string, bonds: readonly Bond[]): void {
  for (const { input, text } of bonds) carried.addAround(path.resolve(folder, input), whyOf(text))
}

const whyOf = (text: string): string =>
  /^(?:__require\(|import\()/.test(text)
    ? 'loads modules by computed names'
    : 'looks for files beside its own'
