import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../support/binary.js'
import { folderWith } from '../support/folder.js'

const installer = path.join(repository, 'templates', 'package', 'install.sh')
const supervisor = path.join(repository, 'src', 'host', 'supervise.sh')

const script = (body: string): string => `#!/bin/sh\n${body}\n`

/** A Node.js of a version, as far as the installer looks. */
const nodeOf = (version: string, abi = '115'): string =>
  script(`case "$*" in *modules*) echo ${abi} ;; --version) echo v${version} ;; *) echo ${version} ;; esac`)

const machine = {
  uname: script('case $1 in -s) echo Linux ;; *) echo x86_64 ;; esac'),
  ldd: script('echo glibc'),
}

interface Situation {
  /** Programs on the PATH, by name. */
  path?: Record<string, string>
  /** Files of the package. */
  files?: Record<string, string>
}

/** Runs the installer of a package with nothing on its PATH but what the situation has. */
function install({ path: programs = {}, files = {} }: Situation): {
  folder: string
  status: number | null
  said: string
} {
  const tools = Object.fromEntries(
    Object.entries({ ...machine, ...programs }).map(([name, text]) => [`bin/${name}`, text]),
  )
  const folder = folderWith({
    ...tools,
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`package/${name}`, text])),
    'data/kept': '',
  })
  for (const tool of ['cat', 'head', 'mkdir'])
    fs.symlinkSync(`/usr/bin/${tool}`, path.join(folder, 'bin', tool))
  const executables = [...Object.keys(tools), 'package/node', 'package/bun'].map(file =>
    path.join(folder, file),
  )
  for (const file of executables.filter(one => fs.existsSync(one))) fs.chmodSync(file, 0o755)
  const { status, stderr } = spawnSync('/bin/sh', [installer], {
    cwd: path.join(folder, 'package'),
    encoding: 'utf8',
    env: { PATH: path.join(folder, 'bin'), KuiperBaseKey: folder },
  })
  return { folder, status, said: stderr }
}

const modern = nodeOf('22.1.0', '127')

test.each<[what: string, situation: Situation, sentence: string]>([
  [
    'no Node.js',
    { files: { x: '' } },
    'this machine has no node on the PATH: install Node.js 20.19 or newer there',
  ],
  [
    'an old Node.js',
    { path: { node: nodeOf('20.18.3') }, files: { x: '' } },
    'Node.js 20.18.3 on this machine is too old',
  ],
  [
    'a Node.js that does not start',
    { path: { node: script('exit 127') }, files: { x: '' } },
    'the node on the PATH of this machine does not start',
  ],
  [
    'a carried runtime that does not start',
    { files: { bun: script('echo "Error loading shared library libstdc++.so.6" >&2; exit 127') } },
    'the bun in the package does not start on this machine (Linux x86_64 glibc): Error loading shared library libstdc++.so.6; pack for this platform',
  ],
  [
    'another architecture',
    { path: { node: modern }, files: { 'lib/native-platform': 'Linux aarch64 glibc\n' } },
    'the package contains native code for Linux aarch64 glibc, but this machine is Linux x86_64 glibc: pack on such a machine',
  ],
  [
    'another C library',
    {
      path: { node: modern, ldd: script('echo "musl libc (x86_64)" >&2; exit 1') },
      files: { 'lib/native-platform': 'Linux x86_64 glibc\n' },
    },
    'the package contains native code for Linux x86_64 glibc, but this machine is Linux x86_64 musl',
  ],
  [
    'another ABI',
    {
      path: { node: modern },
      files: { 'lib/native-platform': 'Linux x86_64 glibc\n', 'lib/native-abi': '115\n' },
    },
    'the package contains native code for Node.js with ABI 115, but v22.1.0 on this machine has ABI 127: pack with that Node.js version',
  ],
])('a machine with %s is refused in one sentence', (_what, situation, sentence) => {
  const { status, said } = install(situation)
  expect(said).toContain(`kplug: ${sentence}`)
  expect(said.trim().split('\n')).toHaveLength(1)
  expect(status).toBe(1)
})

test('a machine with all requirements is accepted', () => {
  const native = { 'lib/native-platform': 'Linux x86_64 glibc\n', 'lib/native-abi': '127\n' }
  expect(install({ path: { node: modern }, files: native })).toMatchObject({ status: 0, said: '' })
  expect(install({ files: { node: modern, ...native } })).toMatchObject({ status: 0, said: '' })
})

/** Runs the executable of a package with nothing on its PATH but the tools of the supervisor. */
function start(folder: string): string {
  const tools = path.join(folder, 'tools')
  fs.mkdirSync(tools)
  for (const tool of ['mkfifo', 'rm', 'date', 'sleep'])
    fs.symlinkSync(`/usr/bin/${tool}`, path.join(tools, tool))
  const executable = path.join(folder, 'package', 'things')
  fs.copyFileSync(supervisor, executable)
  fs.chmodSync(executable, 0o755)
  // The program ends with 126, after which nothing is started again.
  return spawnSync(executable, ['{}'], { encoding: 'utf8', env: { PATH: tools } }).stdout
}

const telling = (name: string): string =>
  script(`case $1 in -*) echo 22.1.0 ;; *) echo "${name} runs \${1##*/} $2"; exit 126 ;; esac`)

test('a package whose engine has no Node.js on its PATH starts with the one that the installer found', () => {
  const { folder, status } = install({ path: { node: telling('node') }, files: { x: '' } })
  expect(status).toBe(0)
  expect(start(folder)).toBe('node runs host.cjs {}\n')
})

test.each(['node', 'bun'])('a package starts with the %s that it includes', runtime => {
  const { folder } = install({ files: { [runtime]: telling(runtime) } })
  expect(start(folder)).toBe(`${runtime} runs host.cjs {}\n`)
})
