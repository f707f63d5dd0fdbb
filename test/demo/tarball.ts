// What npm publishes does what a clone does: it is packed, installed into an empty folder, and used there as a newcomer
// would use it.
import { execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'

const repository = path.join(import.meta.dirname, '..', '..')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-tarball-'))
const project = path.join(folder, 'project')
const { NODE_EXTRA_CA_CERTS: _slow, ...env } = process.env

/** Types a line for the reader to see, and runs it. */
function type(line: string): void {
  process.stdout.write(`\n$ ${line}\n`)
  execFileSync('bash', ['-euo', 'pipefail', '-c', line], {
    cwd: project,
    env: { ...env, npm_config_loglevel: 'error' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** Runs a line that must fail with an exit code, and show a text. */
function refuse(line: string, code: number, text: string): void {
  process.stdout.write(`\n$ ${line}\n`)
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], { cwd: project, env, encoding: 'utf8' })
  process.stdout.write(stdout + stderr)
  if (status !== code) throw new Error(`"${line}" exited with ${status} instead of ${code}`)
  if (!`${stdout}${stderr}`.includes(text)) throw new Error(`"${line}" did not show ${JSON.stringify(text)}`)
}

try {
  fs.mkdirSync(project)
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: repository, env })
  const tarball = fs.readdirSync(folder).find(name => name.endsWith('.tgz')) ?? ''
  process.stdout.write(`Packed ${tarball}, ${fs.statSync(path.join(folder, tarball)).size} bytes\n`)
  // Beside the project, so that this one begins empty.
  const tool = path.join(folder, 'tool')
  fs.mkdirSync(tool)
  const install = ['install', '--silent', '--no-audit', '--no-fund', path.join(folder, tarball)]
  execFileSync('npm', install, { cwd: tool, env, stdio: 'inherit' })
  type(`${path.join(tool, 'node_modules', '.bin', 'kplug')} new function wordCount`)
  type('npm install --no-audit --no-fund')
  type('npm test')
  type('npx kplug build')
  type(`echo '["a b"]' | npx kplug run function wordCount`)
  type('npx kplug validate --boot')
  type('npx kplug pack')
  fs.appendFileSync(path.join(project, 'src/functions/WordCount.ts'), 'export const q: number = "s"\n')
  refuse('npx kplug build', 1, 'type-error')
} finally {
  fs.rmSync(folder, { recursive: true, force: true })
}
