import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { Log } from 'sarif'
import { beforeAll, expect, test } from 'vitest'
import type { Problem } from '../../src/problem/problem.js'
import { checkProject } from '../../src/check/project.js'
import { findingsAsAnnotations, findingsAsSarif } from '../../src/report/findings.js'
import { findingsAsText } from '../../src/report/findings-as-text.js'
import { styleFor } from '../../src/report/style.js'
import { repository } from '../support/binary.js'
import { folderWith } from '../support/folder.js'

const fixtures = path.join(import.meta.dirname, '..', 'fixtures')

/** Every problem of the fixture: its code and where it is, to be found by reading the file. */
const expected = [
  'error version-invalid package.json:3:3',
  'error version-invalid package.json:6:19',
  'error settings-invalid package.json:9:5',
  'error settings-invalid package.json:10:16',
  'warning setting-unused package.json:7:16',
  'error name-built-in src/functions/Abs.ts:3:14',
  'error load-exit src/functions/Ended.ts:7:9',
  'error load-hang src/functions/Hanging.ts:8:1',
  'error load-memory src/functions/Hungry.ts:3:14',
  'error type-error src/functions/Mistyped.ts:5:5',
  'error native-addon src/functions/Native.ts:2:19',
  'error load-dependency src/functions/Needy.ts:2:1',
  'error load-server src/functions/Serving.ts:9:16',
  'error symbol-missing src/functions/Spelt.ts:3:14',
  'error load-failed src/functions/Thrown.ts:12:32',
  'error name-taken src/functions/Twice.ts',
  'error bundle-error src/functions/Unbundled.ts:2:23',
  'error ignore-invalid src/functions/Unreasoned.ts:1:1',
  'error name-invalid src/functions/word-count.ts',
  'error shape-wrong src/sinks/Abstract.ts:3:23',
  'warning config-opaque src/sinks/Opaque.ts:3:14',
  'error config-invalid src/sinks/Plain.ts:3:14',
  'warning description-missing src/sinks/Silent.ts:1:14',
  'error method-missing src/sinks/Undone.ts:3:14',
  'error folder-wrong src/Source/Lost.ts',
  'error folder-wrong src/sources/Misplaced.ts:3:14',
  'warning config-key-taken src/sources/Thinned.ts:7:3',
  'warning config-unused src/sources/Unasked.ts:5:14',
]

let problems: Problem[]

// Alone in a folder, since what lies above a project counts, too.
beforeAll(async () => {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'kplug-test-'))
  fs.cpSync(path.join(fixtures, 'every-problem'), folder, { recursive: true })
  const options = { types: true, load: true, boot: false, signal: new AbortController().signal }
  problems = await checkProject(folder, options)
  fs.rmSync(folder, { recursive: true })
})

const shown = ({ severity, code, file, line, column }: Problem): string =>
  `${severity} ${code} ${[file, line, column].filter(part => part !== undefined).join(':')}`

const findings = () => ({ kind: 'project' as const, path: 'package.json', problems })

test('one run reports every problem of a project once, at its line', () => {
  expect(problems.map(shown).toSorted()).toEqual(expected.toSorted())
})

test('the text fits into 80 columns and names each problem once', () => {
  const style = styleFor({ stream: { isTTY: false }, env: {} })
  const text = findingsAsText(findings(), 80, style)
  expect(text.split('\n').filter(line => line.length > 80)).toEqual([])
  expect(text.match(/ {2}(?:error|warning) {2}/g)).toHaveLength(expected.length)
  expect(text).toContain(
    'src/functions/Spelt.ts\n  3:14  error  symbol-missing\n    The symbol "Spelt" is exported as "spelt"\n    Rename "spelt" to "Spelt"\n',
  )
})

test('the annotations have file, line, column and title', () => {
  const lines = findingsAsAnnotations(findings(), 'plugins/').trimEnd().split('\n')
  expect(lines).toHaveLength(expected.length)
  const form = /^::(?:error|warning) file=plugins\/[^,:]+(?:,line=\d+,col=\d+)?,title=[a-z-]+::[^\n\r]+$/
  expect(lines.filter(line => !form.test(line))).toEqual([])
  expect(lines).toContain(
    '::error file=plugins/src/functions/Spelt.ts,line=3,col=14,title=symbol-missing::The symbol "Spelt" is exported as "spelt"%0ARename "spelt" to "Spelt"',
  )
})

test('the SARIF has each problem where it is', () => {
  const log = JSON.parse(findingsAsSarif(findings(), 'plugins/', '1.2.3')) as Log
  const [run] = log.runs
  expect(run?.results).toHaveLength(expected.length)
  for (const { ruleId, ruleIndex, locations } of run?.results ?? []) {
    expect(run?.tool.driver.rules?.[ruleIndex ?? -1]?.id).toBe(ruleId)
    const place = locations?.[0]?.physicalLocation
    expect(place?.artifactLocation?.uri).toMatch(/^plugins\//)
    expect(place?.region?.startLine).toBeGreaterThan(0)
  }
})

// It is 104 MB, and for Linux only: `npm install --no-save @microsoft/sarif-multitool-linux` adds the test.
const multitool = path.join(repository, 'node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool')

test.skipIf(!fs.existsSync(multitool))("Microsoft's validator accepts the SARIF", () => {
  const file = path.join(folderWith({ 'log.sarif': findingsAsSarif(findings(), '', '1.2.3') }), 'log.sarif')
  const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' }
  const said = execFileSync(multitool, ['validate', file], { env, encoding: 'utf8' })
  expect(said).toContain('Analysis completed successfully')
  expect(said).not.toMatch(/: error /)
})
