import * as fs from 'node:fs'
import * as path from 'node:path'
import { UsageError } from '../errors/usage-error.js'
import { OwnEngine, type Settings } from '../kuiperd/own-engine.js'
import { runSideBySide } from '../kuiperd/start.js'
import { takeTurn } from '../kuiperd/turn.js'
import { InstallingEngine } from './installing-engine.js'
import type { TestEngine } from './types.js'

/** Starts the engine of a release, runs an action with it, and stops it. */
export async function runIn(
  release: string,
  env: Settings,
  run: (engine: TestEngine) => Promise<void>,
): Promise<void> {
  const folder = path.resolve(release)
  if (!fs.existsSync(path.join(folder, 'bin', 'kuiperd'))) {
    throw new UsageError(
      `Cannot start the eKuiper of EKUIPER: ${folder} has no bin/kuiperd; set EKUIPER to the folder of a release`,
    )
  }
  const endTurn = runSideBySide() ? () => {} : await takeTurn()
  const own = new OwnEngine(folder, env)
  let engine: InstallingEngine | undefined
  try {
    await own.start()
    engine = new InstallingEngine(own)
    await run(engine)
  } finally {
    engine?.close()
    await own.end()
    endTurn()
  }
}
