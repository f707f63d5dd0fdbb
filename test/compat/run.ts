// Installs packages of npm, one project each, and lets each do its job in `kplug run` and on the portable host, from the
// unpacked zip in an empty folder, without any setting. Prints a table. `npm run compat -- sharp pg` tries only these;
// what is installed stays in the folder that COMPAT_FOLDER names. Where npm cannot fetch a prebuilt addon,
// `npm_config_nodedir` names the folder with the headers of Node.js to compile it with, such as `/usr`.
import { execFile } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { promisify } from 'node:util'
import { type Compat, packages } from './packages.js'
import { callPackaged } from './portable-host.js'

const repository = path.join(import.meta.dirname, '..', '..')
const root = process.env['COMPAT_FOLDER'] ?? fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-compat-'))
// An addon may have to be compiled.
const limit = 900_000

interface Row {
  name: string
  version: string
  local: string
  packaged: string
  carried: number
  megabytes: string
}

const execute = promisify(execFile)

async function run(cwd: string, program: string, args: readonly string[], input = ''): Promise<string> {
  const { NODE_EXTRA_CA_CERTS: _slow, ...env } = process.env
  const running = execute(program, args, { cwd, env, timeout: limit, maxBuffer: 1e9 })
  running.child.stdin?.on('error', () => {}).end(input)
  return (await running).stdout
}

const kplug = (cwd: string, args: readonly string[], input?: string): Promise<string> =>
  run(cwd, process.execPath, [path.join(repository, 'bin', 'kplug.cjs'), ...args], input)

async function project(name: string, { install, imports, body }: Compat): Promise<string> {
  const folder = path.join(root, name.replaceAll(/\W/g, '_'))
  const source = `${imports}\nexport class Compat {\n async exec([value]: [any]): Promise<unknown> {\n ${body}\n }\n}\n`
  fs.mkdirSync(path.join(folder, 'src', 'functions'), { recursive: true })
  fs.writeFileSync(path.join(folder, 'src', 'functions', 'Compat.ts'), source)
  if (!fs.existsSync(path.join(folder, 'package.json'))) {
    const manifest = { name: 'compat', version: '1.0.0', type: 'module', private: true, kplug: {} }
    const options = {
      target: 'es2023',
      module: 'nodenext',
      types: ['node'],
      skipLibCheck: true,
      noEmit: true,
    }
    fs.writeFileSync(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...options, strict: false } }),
    )
    fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest))
  }
  if (!fs.existsSync(path.join(folder, 'node_modules')))
    await run(folder, 'npm', [
      'install',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      ...npmFlags,
      ...install,
    ])
  return folder
}

const npmFlags = (process.env['COMPAT_NPM_FLAGS'] ?? '').split(' ').filter(flag => flag !== '')

async function attempt(answers: RegExp, act: () => Promise<string>): Promise<string> {
  try {
    const answer = (await act()).trim()
    return answers.test(answer) ? 'works' : `answers ${answer}`
  } catch (error) {
    return failureOf(error)
  }
}

function failureOf(error: unknown): string {
  const stderr: unknown = error instanceof Error && 'stderr' in error ? error.stderr : undefined
  return (
    String(stderr || error)
      .trim()
      .split('\n')[0] ?? ''
  )
}

/** The value in the engine's answer to a call, as JSON. */
function resultOf(answer: string): string {
  const { result }: { result?: unknown } = JSON.parse(answer)
  return JSON.stringify(result) ?? answer
}

async function tryPackage(name: string, compat: Compat): Promise<Row> {
  const row: Row = { name, version: '', local: '', packaged: '', carried: 0, megabytes: '' }
  try {
    const folder = await project(name, compat)
    const home = path.join(folder, 'node_modules', name, 'package.json')
    row.version = (JSON.parse(fs.readFileSync(home, 'utf8')) as { version: string }).version
    row.local = await attempt(compat.answers, () => kplug(folder, ['run', 'function', 'compat'], '[1]\n'))
    row.packaged = await attempt(compat.answers, async () => {
      const packed = JSON.parse(await kplug(folder, ['pack', '--json'])) as {
        file: string
        bytes: number
        carried: []
      }
      row.carried = packed.carried.length
      row.megabytes = (packed.bytes / 1e6).toFixed(1)
      const empty = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-host-'))
      try {
        return resultOf(await callPackaged(path.join(folder, packed.file), 'compat', empty))
      } finally {
        fs.rmSync(empty, { recursive: true, force: true })
      }
    })
  } catch (error) {
    row.local ||= failureOf(error)
  }
  return row
}

const wanted = process.argv.slice(2)
const print = (cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`)
print(['package', 'version', 'kplug run', 'portable host', 'carried', 'MB'])
print(['---', '---', '---', '---', '---', '---'])
for (const [name, compat] of Object.entries(packages)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const { version, local, packaged, carried, megabytes } = await tryPackage(name, compat)
  print([name, version, local, packaged, String(carried), megabytes])
  if (local !== 'works' || packaged !== 'works') process.exitCode = 1
}
if (process.env['COMPAT_FOLDER'] === undefined) fs.rmSync(root, { recursive: true, force: true })
process.exit()
