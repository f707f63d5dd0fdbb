import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { Engine } from './test/support/engine.js'
import { ekuipers, sharedWithEngines, sideBySide } from './test/support/ekuiper.js'

const inEngine = 'test/in-engine/**/*.test.ts'

/** The tests against one unpacked eKuiper, or without one, where they are skipped. */
function engineTests(
  name: string,
  ekuiper?: { folder: string; version: string },
): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      include: [inEngine],
      provide: { ekuiper },
      env: { TMPDIR: sharedWithEngines },
      // They run after the others, and wait more than they compute.
      sequence: { groupOrder: 1 },
      maxWorkers: sideBySide ? 2 * Math.max(ekuipers.length, 1) : 1,
    },
  }
}

async function testsOn(folder: string): Promise<TestProjectInlineConfiguration> {
  const engine = await Engine.start(folder)
  try {
    const version = await engine.version()
    return engineTests(`eKuiper ${version}`, { folder, version })
  } finally {
    await engine.end()
  }
}

const onEngines =
  ekuipers.length > 0
    ? await Promise.all(ekuipers.map(testsOn))
    : [engineTests('skipped: EKUIPER is not set')]

export default defineConfig({
  test: {
    // Tests share no module state, so one set of loaded modules serves them all: measured 6 times faster.
    pool: 'threads',
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['test/support/setup.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'kplug', include: ['test/**/*.test.ts'], exclude: ['test/fixtures/**', inEngine] },
      },
      ...onEngines,
    ],
  },
})
