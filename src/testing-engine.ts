import * as fs from 'node:fs'
import * as path from 'node:path'
import { UsageError } from './errors/usage-error.js'
import { OwnEngine } from './kuiperd/own-engine.js'
import { runSideBySide } from './kuiperd/start.js'
import { takeTurn } from './kuiperd/turn.js'
import { InstallingEngine } from './testing-engine/installing-engine.js'
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
    const endTurn = runSideBySide() ? () => {} : await takeTurn()
    try {
      await runIn(path.resolve(folder), run)
    } finally {
      endTurn()
    }
  }
}

async function runIn(folder: string, run: (engine: TestEngine) => Promise<void>): Promise<void> {
  if (!fs.existsSync(path.join(folder, 'bin', 'kuiperd'))) {
    throw new UsageError(
      `Cannot start the eKuiper of EKUIPER: ${folder} has no bin/kuiperd; set EKUIPER to the folder of a release`,
    )
  }
  const own = new OwnEngine(folder, process.env)
  let engine: InstallingEngine | undefined
  try {
    await own.start()
    engine = new InstallingEngine(own)
    await run(engine)
  } finally {
    engine?.close()
    await own.end()
  }
}
