import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { Engine } from './test/support/engine.js'
import { runSideBySide, sharedWithEngines } from './src/kuiperd/start.js'
import { ekuipers, hasFixedPort } from './test/support/ekuiper.js'
import { globally, running } from './test/support/running.js'

interface Unpacked {
  folder: string
  version: string
}

const inEngine = 'test/in-engine/**/*.test.ts'

async function unpackedIn(folder: string): Promise<Unpacked> {
  const engine = await Engine.start(folder)
  try {
    return { folder, version: await engine.version() }
  } finally {
    await engine.end()
  }
}

// Each project names how it runs: with `extends`, Vitest would load this file again for each of them.

/** The tests against eKuiper: after the others, since engines are to have the machine for themselves. */
const engineTests = (
  name: string,
  ekuiper: Unpacked | undefined,
  groupOrder: number,
  maxWorkers: number,
): TestProjectInlineConfiguration => ({
  test: {
    ...running,
    name,
    include: [inEngine],
    provide: { ekuiper },
    env: { TMPDIR: sharedWithEngines },
    sequence: { groupOrder },
    maxWorkers,
  },
})

/** Engines that can run side by side do so. The tests wait more than they compute. */
function testsOn(found: readonly Unpacked[]): TestProjectInlineConfiguration[] {
  const isAlone = ({ version }: Unpacked): boolean => !runSideBySide() || hasFixedPort(version)
  const together = found.filter(ekuiper => !isAlone(ekuiper))
  const alone = found.filter(isAlone)
  const label = ({ version }: Unpacked): string => `eKuiper ${version}`
  return [
    ...together.map(ekuiper => engineTests(label(ekuiper), ekuiper, 1, 2 * together.length)),
    ...alone.map((ekuiper, index) => engineTests(label(ekuiper), ekuiper, 2 + index, 1)),
  ]
}

const found: Unpacked[] = []
for (const folder of ekuipers) found.push(await unpackedIn(folder))

export default defineConfig({
  test: {
    ...globally,
    projects: [
      {
        test: {
          ...running,
          name: 'kplug',
          include: ['test/**/*.test.ts'],
          exclude: ['test/fixtures/**', inEngine],
        },
      },
      ...(found.length > 0 ? testsOn(found) : [engineTests('skipped: EKUIPER is not set', undefined, 1, 1)]),
    ],
  },
})
