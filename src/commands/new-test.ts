import * as fs from 'node:fs'
import * as path from 'node:path'
import { attempt } from '../errors/cannot.js'
import { parseJson } from '../data/parse.js'
import { decodeRecordedRow } from '../data/recorded-row.js'
import { isRow } from '../data/row.js'
import { messageOf } from '../errors/reason.js'
import { didYouMean } from '../errors/nearest.js'
import { UsageError } from '../errors/usage-error.js'
import type { ExitCode, Io } from '../io.js'
import { folderOf } from '../plugin/kind.js'
import { findPluginSources, type PluginSource } from '../project/plugin-sources.js'
import { type Project, readProject } from '../project/project.js'
import { writeFiles } from '../project/staging.js'
import { nameFrom } from './arguments.js'
import { refuseToOverwrite, reportFiles } from './made-files.js'

export interface TestOptions {
  from?: string
  args?: string[]
  as?: string
  force?: boolean
  json?: boolean
}

/** A larger recording makes a test that nobody reads or commits. */
const longest = 5 * 2 ** 20

/** Creates a test from a recording: with its rows, the plugin must give the recorded results. */
export function newTest(io: Io, nameText: string | undefined, options: TestOptions): ExitCode {
  if (nameText === undefined || options.from === undefined)
    throw new UsageError(
      'Missing the plugin or the recording: name both, for example "kplug new test wordCount --from rows.ndjson --args text"',
    )
  const project = readProject(io.cwd())
  const plugin = pluginNamed(project, nameFrom(nameText).name)
  const rows = rowsIn(path.resolve(io.cwd(), options.from), plugin)
  const stem = `test/${folderOf(plugin.kind)}/${plugin.symbol}.recorded`
  const text = plugin.kind === 'sink' ? sinkTest(project, plugin) : functionTest(plugin, rows, options)
  const files = new Map([
    [`${stem}.ndjson`, rows.map(row => `${row}\n`).join('')],
    [`${stem}.test.ts`, text],
  ])
  refuseToOverwrite(project.folder, files.keys(), options.force)
  writeFiles(project.folder, files)
  reportFiles(io, { made: [...files.keys()], changed: [], next: ['npm test'] }, options.json)
  return 0
}

function pluginNamed(project: Project, name: string): PluginSource {
  const { sources } = findPluginSources(project)
  const found = sources.filter(source => source.name === name)
  const plugin = found.find(({ kind }) => kind !== 'source')
  if (plugin) return plugin
  if (found.length > 0)
    throw new UsageError(`Cannot make a test of the source "${name}": a source has no input to replay`)
  const names = sources.map(source => source.name)
  throw new UsageError(
    `No plugin "${name}" in ${project.folder}: ${didYouMean(name, names, 'see "kplug list"')}`,
  )
}

/** The JSON of each row; of rows that sinks have refused, those of this sink. */
function rowsIn(file: string, plugin: PluginSource): string[] {
  const lines = textOf(file)
    .split('\n')
    .filter(line => line.trim() !== '')
  const rows = lines.flatMap((line, index) => {
    try {
      const { facts, row } = decodeRecordedRow(line)
      parseJson(row)
      return facts?.sink === undefined || facts.sink === plugin.name ? [row] : []
    } catch (error) {
      throw new UsageError(`Cannot make a test of ${file}: line ${index + 1}: ${messageOf(error)}`, {
        cause: error,
      })
    }
  })
  if (rows.length > 0) return rows
  throw new UsageError(
    `Cannot make a test of ${file}: it has no rows for the ${plugin.kind} "${plugin.name}"`,
  )
}

function textOf(file: string): string {
  return attempt(`make a test of ${file}`, () => {
    const { size } = fs.statSync(file)
    if (size <= longest) return fs.readFileSync(file, 'utf8')
    throw new UsageError(
      `Cannot make a test of ${file}: it has ${size} bytes, and the limit is ${longest}; keep the rows that matter`,
    )
  })
}

function functionTest(
  { name, symbol, file }: PluginSource,
  rows: readonly string[],
  { args, as = 'result' }: TestOptions,
): string {
  if (args === undefined)
    throw new UsageError(
      `Missing the arguments of the function "${name}": name their fields, for example "--args text,separator"`,
    )
  const without = rows.findIndex(row => !hasField(row, as))
  if (without >= 0)
    throw new UsageError(
      `Cannot make a test of row ${without + 1}: it has no field "${as}" with the result; name the field with "--as"`,
    )
  return `import { readRows, replayFunction } from 'kplug/testing'
import { expect, test } from 'vitest'
import { ${symbol} } from '${importOf(file)}'

const rows = readRows(new URL('${symbol}.recorded.ndjson', import.meta.url))

test('${name} returns what was recorded', async () => {
  const options = { args: [${args.map(literal).join(', ')}], as: ${literal(as)} }
  expect(await replayFunction(${symbol}, rows, options)).toEqual(rows)
})
`
}

/** A text in TypeScript, in the quotes of the other texts where it can be. */
const literal = (text: string): string => (/^[\w ]*$/.test(text) ? `'${text}'` : JSON.stringify(text))

function hasField(row: string, field: string): boolean {
  const value = parseJson(row)
  return isRow(value) && Object.hasOwn(value, field)
}

function sinkTest(project: Project, { name, symbol, file }: PluginSource): string {
  const text = fs.readFileSync(path.join(project.folder, file), 'utf8')
  const hasConfig = /^export const config\b/m.test(text)
  return `import { readRows, runSink } from 'kplug/testing'
import { expect, test } from 'vitest'
import { ${hasConfig ? 'config, ' : ''}${symbol} } from '${importOf(file)}'

const rows = readRows(new URL('${symbol}.recorded.ndjson', import.meta.url))

test('${name} takes the rows that were recorded', async () => {
  await expect(runSink(${symbol}, rows${hasConfig ? ', { config }' : ''})).resolves.toBeDefined()
})
`
}

const importOf = (file: string): string => `../../${file.replace(/\.([cm]?)ts$/, '.$1js')}`
