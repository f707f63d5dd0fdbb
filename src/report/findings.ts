import type { Log, ReportingDescriptor, Result, Run } from 'sarif'
import { type Code, codes, docsOf } from '../problem/codes.js'
import { asJson } from './json.js'
import { printable, printableLines } from './printable.js'
import { compareProblems, isError, type Problem, sentenceOf } from '../problem/problem.js'

/** The result of a check. */
export interface Findings {
  /** What was checked: its kind, and its path as typed or found. */
  kind: 'project' | 'plugins' | 'package'
  path: string
  problems: readonly Problem[]
}

/** The version of the JSON format. New fields do not change it. */
const formatVersion = 2

/** `--format json`, which docs/validate.md describes. */
export function findingsAsJson({ kind, path, problems }: Findings): string {
  const sorted = problems.toSorted(compareProblems)
  const errors = problems.filter(isError).length
  const value = {
    version: formatVersion,
    kind,
    path,
    errors,
    warnings: problems.length - errors,
    problems: sorted.map(problemAsJson),
  }
  return asJson(value)
}

export const problemAsJson = (problem: Problem) => ({
  code: problem.code,
  severity: problem.severity,
  message: sentenceOf(problem),
  ...factsOf(problem),
  file: problem.file ?? null,
  line: problem.line ?? null,
  column: problem.column ?? null,
  docs: docsOf(problem.code),
})

/** What a sentence is made of. */
const factsOf = ({ subject, seen, remedy, engine, versions }: Problem) => ({
  subject: subject ?? null,
  seen,
  remedy: remedy ?? null,
  engine: engine ?? null,
  versions: versions ?? null,
})

/** The problem, then the remedy. */
const withRemedy = (problem: Problem): string =>
  [sentenceOf(problem), ...(problem.remedy === undefined ? [] : [problem.remedy])].join('\n')

/**
 * `--format github`: one line for each problem, which GitHub Actions shows at the line in the pull request. `base` is
 * the folder of the findings relative to the repository's root, with `/` at its end, or empty.
 */
export function findingsAsAnnotations({ path, problems }: Findings, base: string): string {
  return problems
    .toSorted(compareProblems)
    .map(problem => {
      const { code, severity, file, line, column } = problem
      const place = { file: base + (file ?? path), line, col: column, title: code }
      const properties = Object.entries(place).flatMap(([key, value]) =>
        value === undefined ? [] : [`${key}=${escapeProperty(String(value))}`],
      )
      return `::${severity} ${properties.join(',')}::${escapeData(printableLines(withRemedy(problem)))}\n`
    })
    .join('')
}

// Escaped like in GitHub's own toolkit.
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapeProperty = (text: string): string =>
  escapeData(printable(text)).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** `--format sarif`: SARIF 2.1.0, for code scanning. Every result has a place, because code scanning requires one. */
export function findingsAsSarif({ path, problems }: Findings, base: string, version: string): string {
  const used = [...new Set(problems.map(({ code }) => code))].toSorted()
  const results = problems
    .toSorted(compareProblems)
    .map(problem => sarifResult(problem, base + path, base, used))
  const driver = { name: 'kplug', version, semanticVersion: version, rules: used.map(sarifRule) }
  const run: Run = { tool: { driver }, columnKind: 'utf16CodeUnits', results }
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  }
  return asJson(log)
}

function sarifRule(code: Code): ReportingDescriptor {
  const { severity, summary } = codes[code]
  return {
    id: code,
    shortDescription: { text: summary },
    help: { text: `${summary}: see ${docsOf(code)} of kplug` },
    defaultConfiguration: { level: severity },
  }
}

function sarifResult(problem: Problem, whole: string, base: string, used: readonly Code[]): Result {
  const { code, severity, file, line, column } = problem
  const region = { startLine: line ?? 1, ...(column === undefined ? {} : { startColumn: column }) }
  const uri = encodeURI(file === undefined ? whole : base + file)
  return {
    ruleId: code,
    ruleIndex: used.indexOf(code),
    level: severity,
    message: { text: withRemedy(problem) },
    properties: factsOf(problem),
    locations: [{ physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region } }],
  }
}

export const formats = ['text', 'json', 'github', 'sarif'] as const
export type Format = (typeof formats)[number]
