import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { binary } from '../support/binary.js'
import { type RawEntry, rawZip } from '../support/raw-zip.js'
import { folderOf, validate } from '../support/validated.js'

const manifest = { language: 'go', executable: 'lab1', functions: ['lecho'] }
const host: RawEntry = { name: 'lab1', mode: 0o755, content: '#!/usr/bin/env node\n' }
const describing = (values: object): RawEntry => ({
  name: 'lab1.json',
  mode: 0o644,
  content: JSON.stringify(values),
})
const whole = [host, describing(manifest)]
const file = (name: string, more: Partial<RawEntry> = {}): RawEntry => ({
  name,
  mode: 0o644,
  content: 'x',
  ...more,
})

/** Each with the code that it has to have, and what the engine would say. */
const bad: [what: string, code: string, engine: string | null, zip: Buffer][] = [
  ['an empty file', 'zip-unreadable', 'zip: not a valid zip file', Buffer.alloc(0)],
  ['a text', 'zip-unreadable', 'zip: not a valid zip file', Buffer.from('PK is not all it takes')],
  ['a zip without its end', 'zip-unreadable', 'zip: not a valid zip file', rawZip(whole).subarray(0, -10)],
  [
    'a directory that points outside the file',
    'zip-unreadable',
    'zip: not a valid zip file',
    spoilt(rawZip(whole), zip => zip.writeUInt32LE(0xfffffff0, zip.length - 6)),
  ],
  [
    'zeros without end',
    'zip-too-large',
    null,
    rawZip([...whole, file('zeros', { content: Buffer.alloc(100 * 1024 ** 2) })]),
  ],
  [
    'a directory that claims 3 GiB',
    'zip-too-large',
    null,
    rawZip([...whole, file('big', { claims: { size: 3 * 1024 ** 3 } })]),
  ],
  [
    'more bytes than the directory says',
    'zip-checksum',
    'zip: checksum error',
    rawZip([...whole, file('liar', { content: 'x'.repeat(100_000), claims: { size: 10 } })]),
  ],
  [
    'a wrong checksum',
    'zip-checksum',
    'zip: checksum error',
    rawZip([...whole, file('a', { claims: { checksum: 1 } })]),
  ],
  [
    'a path that climbs out',
    'zip-path',
    'mkdirat ..: path escapes from parent',
    rawZip([...whole, file('../evil')]),
  ],
  [
    'a path that climbs out in the middle',
    'zip-path',
    'mkdirat ..: path escapes from parent',
    rawZip([...whole, file('a/../../evil')]),
  ],
  [
    'a path from the root',
    'zip-path',
    'mkdirat /tmp: path escapes from parent',
    rawZip([...whole, file('/tmp/evil')]),
  ],
  ['a path with backslashes', 'zip-path', null, rawZip([...whole, file('..\\evil')])],
  [
    'a link',
    'zip-link',
    'openat passwd: unsupported file mode',
    rawZip([...whole, file('passwd', { mode: 0o120777, content: '/etc/passwd' })]),
  ],
  [
    'a setuid file',
    'zip-link',
    'openat su: unsupported file mode',
    rawZip([...whole, file('su', { mode: 0o104755 })]),
  ],
  ...[
    ['a named pipe', 0o010644],
    ['a character device', 0o020644],
    ['a folder without a slash', 0o040755],
    ['a block device', 0o060644],
    ['a socket', 0o140644],
  ].map(([what, mode]): (typeof bad)[number] => [
    String(what),
    'zip-link',
    'openat thing: unsupported file mode',
    rawZip([...whole, file('thing', { mode: Number(mode) })]),
  ]),
  ['a file and then a folder of one name', 'zip-duplicate', null, rawZip([...whole, file('a'), file('a/b')])],
  [
    'a folder and then a file of one name',
    'zip-duplicate',
    null,
    rawZip([...whole, file('a/', { content: '' }), file('a')]),
  ],
  ['a name of 300 letters', 'zip-path', null, rawZip([...whole, file('a'.repeat(300))])],
  ['an empty name', 'zip-path', null, rawZip([...whole, file('')])],
  [
    'a kplug.json without plugins',
    'manifest-invalid',
    null,
    rawZip([...whole, file('kplug.json', { content: '{"name":"lab1","version":"1","plugins":[null]}' })]),
  ],
  ['two files of one name', 'zip-duplicate', null, rawZip([...whole, file('a'), file('a')])],
  ['two files of one name but for case', 'zip-duplicate', null, rawZip([...whole, file('a'), file('A')])],
  ['an encrypted file', 'zip-encoding', null, rawZip([...whole, file('a', { claims: { flags: 1 } })])],
  [
    'a method that nobody knows',
    'zip-encoding',
    'zip: unsupported compression algorithm',
    rawZip([...whole, file('a', { claims: { method: 99 } })]),
  ],
  [
    'a folder without its parent',
    'zip-parent',
    'mkdirat a/b: no such file or directory',
    rawZip([...whole, file('a/b/c')]),
  ],
  [
    'no modes at all, as from Windows',
    'executable-mode',
    'plugin executable …/lab1/lab1 stops with error fork/exec …/lab1/lab1: permission denied',
    rawZip([{ ...host, claims: { madeOn: 0 } }, describing(manifest)]),
  ],
  ...['/no/such/node', '/opt/node/bin/node'].map((interpreter): (typeof bad)[number] => [
    `the interpreter ${interpreter}`,
    'executable-format',
    'plugin executable …/lab1/lab1 stops with error fork/exec …/lab1/lab1: no such file or directory',
    rawZip([{ ...host, content: `#!${interpreter} --x\n` }, describing(manifest)]),
  ]),
  [
    'a manifest that is no object',
    'manifest-invalid',
    null,
    rawZip([host, file('lab1.json', { content: '["__proto__"]' })]),
  ],
  [
    'a manifest of another name',
    'manifest-missing',
    'missing or invalid json file lab1.json, found 1 files in total',
    rawZip([host]),
  ],
]

function spoilt(zip: Buffer, spoil: (zip: Buffer) => void): Buffer {
  spoil(zip)
  return zip
}

test.each(bad)('%s is refused', async (_what, code, engine, zip) => {
  const { code: exit, problems } = await validate(folderOf({ 'lab1.zip': zip }), 'lab1.zip')
  expect(problems).toMatchObject([{ code, engine }])
  expect(exit).toBe(1)
})

test('a sound package has no problem', async () => {
  const zip = rawZip([...whole, file('a/', { content: '' }), file('a/b/', { content: '' }), file('a/b/c')])
  expect(await validate(folderOf({ 'lab1.zip': zip }), 'lab1.zip')).toEqual({
    code: 0,
    problems: [],
    stderr: 'No problems found\n',
  })
})

test('all of them are refused within 200 MB and 10 s, in one process each', () => {
  const folder = folderOf(Object.fromEntries(bad.map(([what, , , zip]) => [`${what}/lab1.zip`, zip])))
  const report = path.join(folder, 'memory.cjs')
  fs.writeFileSync(
    report,
    // The highest since the process began; what getrusage tells also counts the one that started it.
    `process.on('exit', () => process.stderr.write(require('fs').readFileSync('/proc/self/status', 'utf8')))`,
  )
  for (const [what] of bad) {
    const args = ['--require', report, binary, 'validate', path.join(folder, what, 'lab1.zip')]
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: 10_000,
    })
    expect(status, stderr).toBe(1)
    expect(Number(/VmHWM:\s+(\d+)/.exec(stderr)?.[1]), what).toBeLessThan(200 * 1024)
    expect(stdout.match(/ {2}error {2}/g)).toHaveLength(1)
  }
})

test.each([
  ['/bin/bash', '#!/usr/bin/env bash'],
  ['/usr/local/bin/node', '#!/usr/bin/env node'],
])('the interpreter %s is a warning, since some machines have it', async (interpreter, better) => {
  const zip = rawZip([{ ...host, content: `#!${interpreter}\n` }, describing(manifest)])
  const { code, problems } = await validate(folderOf({ 'lab1.zip': zip }), 'lab1.zip')
  expect({ code, problems }).toMatchObject({
    code: 0,
    problems: [{ code: 'executable-format', severity: 'warning', remedy: `Begin it with "${better}"` }],
  })
})
