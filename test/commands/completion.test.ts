import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { binary } from '../support/binary.js'
import { folderWith, plain, projectWith } from '../support/folder.js'
import { kplug } from '../support/io.js'

const plugins = {
  'src/functions/WordCount.ts': plain.function('WordCount'),
  'src/functions/WordLength.ts': plain.function('WordLength'),
  'plugins/sources/Ticks@v1.js': '',
}

async function words(folder: string, ...typed: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await kplug(folder, 'completion', 'words', '--', ...typed)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.split('\n').filter(Boolean)
}

test.each([
  [['de'], ['describe', 'dev']],
  [['--v'], ['--version']],
  [
    ['run', ''],
    ['source', 'sink', 'function'],
  ],
  [
    ['run', 'function', 'word'],
    ['wordCount', 'wordLength'],
  ],
  [['run', 'source', ''], ['ticks']],
  [['run', '--limit', '3', 'source', 't'], ['ticks']],
  [['run', 'function', 'wordCount', ''], []],
  [['-C', '.', 'describe', 'source', ''], ['ticks']],
  [['build', 'wordC'], ['wordCount']],
  [['call', 'function', 'wordC'], ['wordCount']],
  [['new', 't'], ['test']],
  [
    ['new', 'test', 'word'],
    ['wordCount', 'wordLength'],
  ],
  [
    ['state', ''],
    ['list', 'show', 'clear'],
  ],
  [['state', 'list', ''], []],
  [['build', '--no-'], ['--no-check']],
  [['validate', '--boot', '--pro'], ['--props']],
  [
    ['pack', '--standalone', 'linux-a'],
    ['linux-arm64', 'linux-arm64-musl'],
  ],
  [['validate', '--format', 's'], ['sarif']],
  [['pack', '--layout', ''], []],
  [
    ['list', 's'],
    ['source', 'sink'],
  ],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
])('after %j comes one of %j', async (typed, expected) => {
  expect(await words(projectWith(plugins), ...typed)).toEqual(expected)
})

test('outside of a project there are no names, and no error', async () => {
  expect(await words(folderWith(), 'run', 'source', '')).toEqual([])
  expect(await words(folderWith({ 'package.json': '{' }), 'run', 'source', '')).toEqual([])
})

test('an unknown shell is refused in one sentence', async () => {
  expect(await kplug(folderWith(), 'completion', 'zhs')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'Unknown shell "zhs": did you mean "zsh"?\n',
  })
})

/** How each shell is asked for what may follow `kplug run function word`. */
const asking: Record<string, readonly string[]> = {
  bash: [
    '-c',
    'source kplug.sh; COMP_WORDS=(kplug run function word); COMP_CWORD=3; _kplug; printf "%s\\n" "${COMPREPLY[@]}"',
  ],
  zsh: [
    '-fc',
    'compdef() { :; }; compadd() { print -l -- "${words_found[@]}"; }; source ./kplug.sh; words=(kplug run function word); CURRENT=4; _kplug',
  ],
  fish: ['--no-config', '-c', 'source kplug.sh; complete -C "kplug run function word"'],
}

const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

for (const [shell, args] of Object.entries(asking)) {
  test.runIf(isInstalled(shell))(`${shell} completes the names of plugins`, async () => {
    const folder = projectWith(plugins)
    const bin = folderWith({ kplug: `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n` })
    fs.chmodSync(path.join(bin, 'kplug'), 0o755)
    const { stdout } = await kplug(folder, 'completion', shell)
    fs.writeFileSync(path.join(folder, 'kplug.sh'), stdout)
    const env = { ...process.env, HOME: folder, PATH: `${bin}:${process.env['PATH']}` }
    const result = spawnSync(shell, args, { cwd: folder, env, encoding: 'utf8' })
    expect(result.stdout, result.stderr).toBe('wordCount\nwordLength\n')
  })
}
