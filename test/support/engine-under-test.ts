import * as semver from 'semver'
import { describe, inject } from 'vitest'
import { Engine } from './engine.js'
import { type Fact, isSince } from './engine-facts.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The unpacked eKuiper that a test project runs on. */
    ekuiper: { folder: string; version: string } | undefined
  }
}

const ekuiper = inject('ekuiper')

/** The version of the engine, as it reports it itself. */
export const version = ekuiper?.version ?? '0.0.0'

/** A suite against a real engine, which is skipped without one. */
export const withEngine = describe.skipIf(ekuiper === undefined)

/** A suite for what kplug promises of eKuiper 2.0 and later. */
export const withEngine2 = describe.skipIf(semver.lt(version, '2.0.0'))

/** Starts the eKuiper that this test project is for. */
export function startEngine(settings: Readonly<Record<string, string>> = {}): Promise<Engine> {
  if (ekuiper === undefined) throw new Error('Cannot start an engine: EKUIPER is not set')
  return Engine.start(ekuiper.folder, settings)
}

/** The setting with which a plugin that does not start fails after this time, and not after a minute. */
export const startLimit = (milliseconds: number): Record<string, string> => ({
  KUIPER__PORTABLE__INITTIMEOUT: does('takesDurations') ? `${milliseconds}ms` : String(milliseconds),
})

/** Whether the engine under test does what an earlier one does not. */
export const does = (fact: Fact): boolean => isSince(version, fact)
