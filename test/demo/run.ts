// Shows the main job on real input: what a newcomer would type, with what it prints.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { ekuipers } from '../support/ekuiper.js'
import { demoEngine } from './engine.js'

const repository = path.join(import.meta.dirname, '..', '..')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-demo-'))
const { NODE_EXTRA_CA_CERTS: _slow, ...env } = process.env

/** What a shell would find as `kplug`. */
function shim(): string {
  const bin = path.join(folder, 'bin')
  fs.mkdirSync(bin)
  const script = `#!/bin/sh\nexec '${process.execPath}' '${path.join(repository, 'bin', 'kplug.cjs')}' "$@"\n`
  fs.writeFileSync(path.join(bin, 'kplug'), script, { mode: 0o755 })
  return `${bin}${path.delimiter}${env['PATH'] ?? ''}`
}

/** What a reader of the demo can do now. */
function next(): string {
  const steps: [doing: string, typed: string][] = [
    ['Use this kplug in every folder', 'npm pack && npm install -g ./kplug-0.1.0.tgz'],
    ['Make a plugin of your own', 'mkdir ../mine && cd ../mine && kplug new function wordCount'],
    ['Try each save in a running engine', 'kplug dev --engine http://127.0.0.1:9081'],
    ['Go from nothing to rows in a rule', 'docs/tutorial.md'],
  ]
  if (ekuipers.length === 0)
    steps.unshift(['See the same package in a rule of an unpacked eKuiper', 'EKUIPER=DIR npm run demo'])
  return `\nNext:\n${steps.map(([doing, typed]) => `  ${doing}:\n    ${typed}\n`).join('')}`
}

const PATH = shim()
const project = path.join(folder, 'demo')
fs.mkdirSync(project)

/** Types a line for the reader to see, and runs it in the demo's folder. */
function type(line: string): void {
  process.stdout.write(`\n$ ${line}\n`)
  execFileSync('bash', ['-euo', 'pipefail', '-c', line], {
    cwd: project,
    env: { ...env, PATH },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

const pipeline = [
  'kplug run source lines --datasource text.txt',
  'kplug run function countWords --args text --as words --state file:state',
  'kplug run sink lineFile --prop path=counted.ndjson',
].join(' | ')

try {
  process.stdout.write('One plugin of each kind, made, built and described:\n')
  type('kplug new source MySource')
  type('kplug new sink mySink')
  type('kplug new function wordCount')
  type('kplug build')
  type('kplug list')
  type('kplug describe source mySource')
  process.stdout.write('\nThree plugins that do something, joined by pipes, over a real text:\n')
  fs.cpSync(path.join(import.meta.dirname, 'plugins'), path.join(project, 'src'), { recursive: true })
  fs.copyFileSync(path.join(repository, 'LICENSE'), path.join(project, 'text.txt'))
  type('wc --words text.txt')
  type(pipeline)
  type('tail -1 counted.ndjson')
  process.stdout.write('\nThe same again: the count goes on from where it was\n')
  type(pipeline)
  type('tail -1 counted.ndjson')
  process.stdout.write('\nA package for eKuiper, packed in two folders and compared:\n')
  type('kplug pack --verify | tail -3')
  await demoEngine(project)
  process.stdout.write(next())
} finally {
  fs.rmSync(folder, { recursive: true, force: true })
}
