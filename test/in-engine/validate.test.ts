import * as path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Engine, unique } from '../support/engine.js'
import { startEngine, withEngine } from '../support/engine-under-test.js'
import { ask } from '../support/serving.js'
import { type RawEntry, rawZip } from '../support/raw-zip.js'
import { folderOf, validate } from '../support/validated.js'

// What validate says that an engine would answer, compared with what one answers.

const lab = `lab${unique}`

const manifest = { language: 'go', executable: lab, functions: [`${lab}echo`] }
const describing = (values: object = {}): RawEntry => ({
  name: `${lab}.json`,
  mode: 0o644,
  content: JSON.stringify({ ...manifest, ...values }),
})
const host = (more: Partial<RawEntry> = {}): RawEntry => ({
  name: lab,
  mode: 0o755,
  content: "#!/usr/bin/env node\nthrow new Error('no such device')\n",
  ...more,
})
const file = (name: string, more: Partial<RawEntry> = {}): RawEntry => ({
  name,
  mode: 0o644,
  content: 'x',
  ...more,
})

const packages: [what: string, code: string, zip: Buffer][] = [
  // First, since an engine keeps the channel of each name that it has once started.
  ['that throws when it starts', 'boot-failed', rawZip([host(), describing()])],
  ['of another language', 'language-unsupported', rawZip([host(), describing({ language: 'node' })])],
  ['of no language', 'language-unsupported', rawZip([host(), describing({ language: '' })])],
  ['without defaults of its source', 'defaults-missing', rawZip([host(), describing({ sources: ['lsrc'] })])],
  ['without its executable', 'executable-missing', rawZip([host(), describing({ executable: 'nope' })])],
  [
    'with "./" before its executable',
    'executable-missing',
    rawZip([host(), describing({ executable: `./${lab}` })]),
  ],
  ['that names no executable', 'executable-missing', rawZip([host(), describing({ executable: '' })])],
  ['without a manifest', 'manifest-missing', rawZip([host(), file('a'), file('b')])],
  ['with an empty manifest', 'manifest-invalid', rawZip([host(), file(`${lab}.json`, { content: '' })])],
  ['of another name', 'manifest-invalid', rawZip([host(), describing({ name: 'other' })])],
  ['without plugins', 'symbols-missing', rawZip([host(), describing({ functions: [] })])],
  ['with a file two folders deep', 'zip-parent', rawZip([host(), describing(), file('a/b/c')])],
  ['whose executable has no exec bit', 'executable-mode', rawZip([host({ mode: 0o644 }), describing()])],
  [
    'that was made where there are no modes',
    'executable-mode',
    rawZip([host({ claims: { madeOn: 0 } }), describing()]),
  ],
  ['whose executable is a text', 'executable-format', rawZip([host({ content: 'echo\n' }), describing()])],
  ['with a path that climbs out', 'zip-path', rawZip([host(), describing(), file('../evil')])],
  ['with a path from the root', 'zip-path', rawZip([host(), describing(), file('/evil/x')])],
  [
    'with a link',
    'zip-link',
    rawZip([host(), describing(), file('l', { mode: 0o120777, content: '/etc/passwd' })]),
  ],
  ['with a setuid file', 'zip-link', rawZip([host(), describing(), file('su', { mode: 0o104755 })])],
  [
    'with a damaged file',
    'zip-checksum',
    rawZip([host(), describing(), file('a', { claims: { checksum: 1 } })]),
  ],
  [
    'with an unknown method',
    'zip-encoding',
    rawZip([host(), describing(), file('a', { claims: { method: 99 } })]),
  ],
  ['whose end is missing', 'zip-unreadable', rawZip([host(), describing()]).subarray(0, -20)],
]

withEngine('a real eKuiper answers what validate predicts', () => {
  let engine: Engine

  beforeAll(async () => {
    // A plugin that throws at its start is answered after this time, and not after a minute.
    engine = await startEngine({ KUIPER__PORTABLE__INITTIMEOUT: '2s' })
  })

  afterAll(() => engine.end())

  test.each(packages)('to a package %s', async (_what, code, zip) => {
    const place = folderOf({ 'package.zip': zip })
    const { problems } = await validate(place, '--boot', '--name', lab, 'package.zip')
    expect(problems).toMatchObject([{ code }])
    const body = JSON.stringify({ name: lab, file: `file://${path.join(place, 'package.zip')}` })
    const answer = await ask(`${engine.url}/plugins/portables`, { method: 'POST', body })
    const { message } = JSON.parse(answer.body) as { message: string }
    const [, reason] = /fail to install plugin: (.*)$/s.exec(message) ?? []
    expect(reason?.replaceAll(`${engine.folder}/plugins/portable/`, '…/')).toBe(problems[0]?.engine)
  })
})
