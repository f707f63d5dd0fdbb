// Shows the main job on real input: what a newcomer would type, with what it prints.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'

const kplug = path.join(import.meta.dirname, '..', '..', 'bin', 'kplug.cjs')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-demo-'))
const { NODE_EXTRA_CA_CERTS: _slow, ...env } = process.env

/** Types a command for the reader to see, and runs it in the demo's folder. */
function type(...args: string[]): void {
  process.stdout.write(`\n$ kplug ${args.join(' ')}\n`)
  execFileSync(process.execPath, [kplug, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

process.stdout.write(`A new project in ${folder}\n`)
try {
  type('new', 'source', 'MySource')
  type('new', 'sink', 'mySink')
  type('new', 'function', 'wordCount')
  type('build')
  type('list')
  type('describe', 'source', 'mySource')
} finally {
  fs.rmSync(folder, { recursive: true, force: true })
}
