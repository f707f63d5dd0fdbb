import { execFileSync } from 'node:child_process'
import * as path from 'node:path'

/** What every test can rely on: dist is current, children start fast, and nothing is coloured unasked. */
export default function setup(): void {
  // Node 20 reads these certificates at every start, which costs 50 ms for each child that a test spawns.
  delete process.env['NODE_EXTRA_CA_CERTS']
  for (const name of ['FORCE_COLOR', 'NO_COLOR', 'GITHUB_ACTIONS', 'npm_command']) delete process.env[name]
  execFileSync(process.execPath, [path.join(import.meta.dirname, '..', '..', 'esbuild.config.js')], {
    stdio: 'inherit',
  })
}
