import { describe, inject } from 'vitest'
import { Engine } from './engine.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The unpacked eKuiper that a test project runs on. */
    ekuiper: { folder: string; version: string } | undefined
  }
}

const ekuiper = inject('ekuiper')

/** A suite against a real engine, which is skipped without one. */
export const withEngine = describe.skipIf(ekuiper === undefined)

/** Starts the eKuiper that this test project is for. */
export function startEngine(settings: Readonly<Record<string, string>> = {}): Promise<Engine> {
  if (ekuiper === undefined) throw new Error('Cannot start an engine: EKUIPER is not set')
  return Engine.start(ekuiper.folder, settings)
}
