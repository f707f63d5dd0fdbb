// Makes the pictures of the documentation: `npm run pictures --prefix site`, after `npm ci` in the repository.
// With EKUIPER, an unpacked eKuiper, it records `kplug dev`, too; with a chromium, it takes the page of `kplug serve`.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { binary, repository } from '../../test/support/binary.js'
import { Engine } from '../../test/support/engine.js'
import { Debugger } from '../../test/support/debugger.js'
import { installedBrowser } from '../../test/support/installed-browser.js'
import { examplesIn, run } from '../../test/support/readme-examples.js'
import { packageInEngine } from './diagram.js'
import { stopAsSvg } from './stop.js'
import { type Line, terminalAsSvg } from './terminal.js'

const pictures = path.join(repository, 'docs', 'pictures')
const tutorial = fs.readFileSync(path.join(repository, 'docs', 'tutorial.md'), 'utf8')
const commands = examplesIn(tutorial).map(({ command }) => command)
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-pictures-'))
const project = path.join(root, 'home', 'weather')

const write = (name: string, text: string): void => fs.writeFileSync(path.join(pictures, name), text)

const linesOf = (command: string, output: string): Line[] => [
  { typed: true, text: command },
  ...output
    .trimEnd()
    .split('\n')
    .map(text => ({ typed: false, text })),
]

/** Commands that write a file by `<<'END'` are shown as an editor would be opened. */
const shown = (command: string): string =>
  command.includes('<<') ? `vi ${/> (\S+)/.exec(command)?.[1]}` : command

async function recordTutorial(): Promise<void> {
  const outputs = await run(commands, root, binary, '/home/me')
  const recorded = commands.flatMap((command, index) => linesOf(shown(command), outputs[index] ?? ''))
  const lines = recorded.filter(({ text }) => text !== '')
  const build = lines.findIndex(({ text }) => text.startsWith('13.4'))
  write('first-plugin.svg', terminalAsSvg('A function, built and called', lines.slice(0, build + 1)))
  const pipeline = lines.findIndex(({ text }) => text.startsWith('kplug run source'))
  write(
    'pipeline.svg',
    terminalAsSvg('Plugins joined without an engine', lines.slice(pipeline, pipeline + 4)),
  )
}

async function stopInDebugger(): Promise<void> {
  const file = 'src/functions/DewPoint.ts'
  const code = fs.readFileSync(path.join(project, file), 'utf8').trimEnd().split('\n')
  const line = code.findIndex(text => text.includes('return Math')) + 1
  const typed = ['run', '--inspect-brk=0', 'function', 'dewPoint']
  const child = spawn(process.execPath, [binary, ...typed], { cwd: project, stdio: 'pipe' })
  child.stdin.end('[21.5, 60]\n')
  const debug = await Debugger.connect(await heard(child, /Debugger listening/))
  await debug.send('Debugger.enable')
  await debug.breakAt({ file: path.join(fs.realpathSync(project), file), line })
  const start = debug.paused()
  await debug.send('Runtime.runIfWaitingForDebugger')
  await start
  const stop = debug.paused()
  await debug.send('Debugger.resume')
  await stop
  const values: Record<string, unknown> = {}
  for (const name of ['temperature', 'humidity', 'x']) values[name] = await debug.valueOf(name)
  write('debugger.svg', stopAsSvg({ file, code, line, values }))
  debug.close()
  child.kill('SIGKILL')
}

async function recordDev(ekuiper: string): Promise<void> {
  const engine = await Engine.start(ekuiper)
  try {
    const typed = ['dev', '--engine', engine.url, '--rule', 'rule.sql']
    const child = spawn(process.execPath, [binary, ...typed], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const file = path.join(project, 'src/functions/DewPoint.ts')
    const hear = (chunk: Buffer): void => {
      const before = output
      output += chunk.toString()
      const rows = output.split('"dew"').length - 1
      if (rows >= 3 && before.split('"dew"').length <= 3) {
        fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('/ 10\n', '/ 10 + 100\n'))
        output += '(src/functions/DewPoint.ts is saved with another formula)\n'
      }
      if (/"dew":1\d\d.*\n.*"dew":1\d\d/s.test(output)) child.kill('SIGINT')
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    await once(child, 'close')
    write('dev.svg', terminalAsSvg('kplug dev', linesOf('kplug dev --rule rule.sql', output)))
  } finally {
    await engine.end()
  }
}

async function takeServePage(chromium: string): Promise<void> {
  execFileSync(process.execPath, [binary, 'pack'], { cwd: project, stdio: 'ignore' })
  const child = spawn(process.execPath, [binary, 'serve', '--port', '0'], { cwd: project, stdio: 'pipe' })
  const url = /http:\/\/[^\s;,]+/.exec(await heard(child, /http:\/\/\S+/))?.[0] ?? ''
  const file = path.join(pictures, 'serve.png')
  const flags = ['--headless=new', '--no-sandbox', '--hide-scrollbars', '--window-size=960,860']
  const places = [`--user-data-dir=${path.join(root, 'chromium')}`, `--screenshot=${file}`]
  execFileSync(chromium, [...flags, ...places, url], { stdio: 'ignore' })
  child.kill('SIGTERM')
  await once(child, 'close')
}

/** Resolves with what a process has written to standard error, once a pattern is in it. */
async function heard(child: ChildProcessWithoutNullStreams, pattern: RegExp): Promise<string> {
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  while (!pattern.test(said)) await once(child.stderr, 'data')
  return said
}

fs.mkdirSync(pictures, { recursive: true })
try {
  write('package.svg', packageInEngine())
  await recordTutorial()
  await stopInDebugger()
  const [ekuiper] = (process.env['EKUIPER'] ?? '').split(path.delimiter)
  if (ekuiper) await recordDev(ekuiper)
  const chromium = installedBrowser()
  if (chromium !== undefined) await takeServePage(chromium)
} finally {
  fs.rmSync(root, { recursive: true, force: true })
}
