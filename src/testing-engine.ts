import type { TestEngine } from './testing-engine/types.js'

export type { RuleOptions, TestEngine, TestRule } from './testing-engine/types.js'

/**
 * What a test runner passes to a test, as far as it is used: Vitest and `node:test` have it.
 *
 * @example
 * const context: Skippable = { skip: note => console.log(note) }
 * expect(context).toHaveProperty('skip')
 */
export interface Skippable {
  skip(note?: string): unknown
}

/**
 * Makes a test that runs in a real eKuiper. The engine is started for the test in a place of its own, from the folder
 * of a release that the environment variable `EKUIPER` names, and ends with the test. Without `EKUIPER` the test is skipped.
 *
 * @example
 * const countsWords = withEngine(async engine => {
 *   await engine.install()
 *   await engine.stream('demo', [{ text: 'a b c' }, { text: 'd' }])
 *   const rule = await engine.rule('SELECT wordCount(text, " ") AS words FROM demo')
 *   expect(await rule.rows(2)).toEqual([{ words: 3 }, { words: 1 }])
 * })
 *
 * test('wordCount counts the words of a stream', countsWords, 60_000)
 */
export function withEngine(
  run: (engine: TestEngine) => Promise<void>,
): (context: Skippable) => Promise<void> {
  return async context => {
    const folder = process.env['EKUIPER']
    if (!folder) {
      context.skip('EKUIPER is not set: set it to the folder of an eKuiper release to run this test')
      return
    }
    // Loaded here since most runs of the tests have no engine.
    const { runIn } = await import('./testing-engine/run-in.js')
    await runIn(folder, process.env, run)
  }
}
