import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { binary, repository } from './support/binary.js'
import { folderWith } from './support/folder.js'
import { examplesIn, normalised, run, withOutputs } from './support/readme-examples.js'

// Each page is a session of its own, in an empty folder.
const pages = ['README.md', 'docs/tutorial.md']

test.for(pages)('%s shows real output', { timeout: 120_000 }, async page => {
  const file = path.join(repository, page)
  const text = fs.readFileSync(file, 'utf8')
  const examples = examplesIn(text)
  const commands = examples.map(({ command }) => command)
  const outputs = await run(commands, folderWith(), binary, '/home/me')
  const kept = outputs.map((output, i) => {
    const shown = examples[i]?.output ?? ''
    return normalised(output) === normalised(shown) ? shown : output
  })
  const real = withOutputs(text, kept)
  if (process.env['UPDATE_README'] === '1') fs.writeFileSync(file, real)
  // What differs is shown; UPDATE_README=1 writes it.
  else expect(text).toBe(real)
})

const sample = [
  'Text',
  '```console',
  '$ mkdir new && cd new',
  '$ kplug --version',
  '0.0.0',
  '$ echo took 12.5 ms; \\',
  '  pwd >&2',
  'took 7 ms',
  '/home/me/new',
  "$ cat <<'END'",
  'one',
  'END',
  'one',
  '```',
  '```console no-test',
  '$ rm -rf /',
  '```',
  '```sh',
  '$ echo no example',
  '```',
  '```console',
  'no command',
  '```',
  '```console',
  '$ pwd',
  '```',
  '',
].join('\n')

test('commands and outputs are read from the blocks that show a console', () => {
  expect(examplesIn(sample)).toEqual([
    { command: 'mkdir new && cd new', output: '' },
    { command: 'kplug --version', output: '0.0.0\n' },
    { command: 'echo took 12.5 ms; \\\n  pwd >&2', output: 'took 7 ms\n/home/me/new\n' },
    { command: "cat <<'END'\none\nEND", output: 'one\n' },
    { command: 'pwd', output: '' },
  ])
})

test('commands run in turn in one folder, and both streams are read', async () => {
  const commands = examplesIn(sample).map(({ command }) => command)
  const { version }: { version: string } = JSON.parse(
    fs.readFileSync(path.join(repository, 'package.json'), 'utf8'),
  )
  const outputs = await run(commands, folderWith(), binary, '/home/me')
  expect(outputs.map(normalised)).toEqual([
    '',
    `${version}\n`,
    'took N ms\n/home/me/new\n',
    'one\n',
    '/home/me/new\n',
  ])
  const updated = withOutputs(sample, outputs)
  expect(updated).toBe(
    sample
      .replace('0.0.0', version)
      .replace('took 7 ms', 'took 12.5 ms')
      .replace('$ pwd\n', '$ pwd\n/home/me/new\n'),
  )
})
