// Runs the quick half of the tests on another Node.js, which npm provides: `npm run test:node -- 26`.
import { execFileSync } from 'node:child_process'
import * as path from 'node:path'
import { findNode } from '../../src/check/find-node.js'

const { file, version } = findNode(process.argv[2] ?? '26', process.cwd(), process.env)
process.stdout.write(`Node.js ${version}\n`)
execFileSync('npm', ['run', 'test:quick'], {
  env: { ...process.env, PATH: `${path.dirname(file)}${path.delimiter}${process.env['PATH']}` },
  stdio: 'inherit',
})
