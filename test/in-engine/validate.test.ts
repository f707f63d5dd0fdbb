import * as path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outcomeIn } from '../support/capabilities.js'
import { type Engine, unique } from '../support/engine.js'
import { does, startEngine, startLimit, version, withEngine } from '../support/engine-under-test.js'
import { type Answers, answerBefore } from '../support/engine-facts.js'
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

/** What an engine says that installs one of these packages: their program throws. */
const installed = does('waitsForPlugins')
  ? `plugin …/${lab}/${lab} control handshake error: receive time out`
  : `portable plugin ${lab} is created`
const traversal = (name: string): string =>
  `invalid file name: path traversal or absolute paths are not allowed: "${name}"`

/** What earlier versions answer where it is not what validate predicts. */
const earlierAnswers: Readonly<Record<string, Answers>> = {
  'that throws when it starts': [['2.0.0', installed]],
  'whose executable has no exec bit': [['2.0.0', installed]],
  'that was made where there are no modes': [['2.0.0', installed]],
  'whose executable is a text': [['2.0.0', installed]],
  'with a file two folders deep': [['2.4.0', installed]],
  'with a path that climbs out': [
    ['2.2.0', installed],
    ['2.3.0', 'openat ../evil: path escapes from parent'],
    ['2.4.0', traversal('../evil')],
  ],
  'with a path from the root': [
    ['2.2.0', installed],
    ['2.3.0', 'openat /evil/x: path escapes from parent'],
    ['2.4.0', traversal('/evil/x')],
  ],
  'with a link': [['2.2.0', installed]],
  'with a setuid file': [['2.2.0', installed]],
}

withEngine('a real eKuiper answers what validate predicts', () => {
  let engine: Engine

  beforeAll(async () => {
    engine = await startEngine(startLimit(2000))
  })

  afterAll(() => engine.end())

  test.each(packages)('to a package %s', async (what, code, zip) => {
    const place = folderOf({ 'package.zip': zip })
    const { problems } = await validate(place, '--boot', '--name', lab, 'package.zip')
    expect(problems).toMatchObject([{ code }])
    const answer = await install(path.join(place, 'package.zip'))
    expect(answer.replaceAll(`${engine.folder}/plugins/portable/`, '…/')).toBe(
      answerBefore(version, earlierAnswers[what]) ?? problems[0]?.engine,
    )
  })

  test('as often as the table in the documentation says', () => {
    const predicted = packages.filter(([what]) => answerBefore(version, earlierAnswers[what]) === undefined)
    const share = `${predicted.length} of ${packages.length}`
    expect(share).toBe(outcomeIn(version, '`kplug validate` predicts the words of a refusal'))
  })

  /** Returns what the engine says of it; the next package of the name finds none installed. */
  async function install(zip: string): Promise<string> {
    const body = JSON.stringify({ name: lab, file: `file://${zip}` })
    const { status, body: answer } = await ask(`${engine.url}/plugins/portables`, { method: 'POST', body })
    if (status === 201) {
      await engine.delete(`/plugins/portables/${lab}`)
      return answer
    }
    const { message } = JSON.parse(answer) as { message: string }
    return /fail to install plugin: (.*)$/s.exec(message)?.[1] ?? message
  }
})
