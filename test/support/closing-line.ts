import type { Reporter, TestModule } from 'vitest/node'

/** Counts the tests of a run, and a file that cannot be loaded as one failed test. */
export function count(modules: readonly TestModule[]): { passed: number; failed: number; skipped: number } {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const module of modules) {
    let failedTests = 0
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') total.passed += 1
      else if (state === 'skipped') total.skipped += 1
      else failedTests += 1
    }
    const failedOutsideTests = failedTests === 0 && !module.ok()
    total.failed += failedOutsideTests ? 1 : failedTests
  }
  return total
}

/** Ends a run with one line that people and machines read alike: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const { passed, failed, skipped } = count(modules)
    process.stdout.write(
      `\n${passed} passed, ${failed + unhandledErrors.length} failed, ${skipped} skipped\n`,
    )
  }
}
