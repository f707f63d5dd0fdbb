#!/usr/bin/env node
// Of esbuild's ways to work, kplug uses none that needs threads: loading them takes longer than a small build.
process.env.ESBUILD_WORKER_THREADS = '0'
require('../dist/cli.cjs')
  .main(process)
  .then(code => {
    process.exitCode = code
  })
