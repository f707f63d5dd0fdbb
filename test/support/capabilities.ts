import * as semver from 'semver'

/** The eKuipers that the tests run on. */
const versions = ['1.14.7', '2.0.8', '2.1.5', '2.2.4', '2.3.1', '2.4.0']

/** What happens from a version on, the oldest first: `yes`, or what is said instead. */
type Outcomes = readonly (readonly [since: string, outcome: string])[]

const yes: Outcomes = [['1.14.7', 'yes']]
const since2: Outcomes = [
  ['1.14.7', 'no'],
  ['2.0.8', 'yes'],
]

const refusal =
  'Cannot manage packages in URL/: eKuiper 1.14.7 does not report the state of a package; use eKuiper 2.0 or newer, or install the zip of "kplug pack" with POST /plugins/portables'
const oldEngine =
  'engine: error: eKuiper 1.14.7 reports no state of a package, and sinks with "requireAck" stop after some hundred rows. Nothing else was checked. [engine-old]\n  Use eKuiper 2.0 or newer.\n'
const panics =
  'engine: warning: eKuiper 2.0.8 panics if a plugin refuses a start after an update. The whole engine then crashes. [engine-panics]\n  Use eKuiper 2.1.1 or newer, and update packages with `kplug push` only.\n'
const ask: Outcomes = [
  ['1.14.7', refusal],
  ['2.0.8', 'yes'],
]
const push: Outcomes = [
  ['1.14.7', `URL: failed: ${refusal}`],
  ['2.0.8', 'yes'],
]

/** What a user can do with each eKuiper. The tests against engines show that this is so. */
const capabilities = {
  'install over REST': yes,
  '`kplug doctor` finds no problems in a healthy engine': [
    ['1.14.7', oldEngine],
    ['2.0.8', panics],
    ['2.1.5', 'yes'],
  ],
  '`kplug push`: install': push,
  '`kplug push`: update under a running rule': push,
  '`kplug push`: the previous version is back after one that does not start': push,
  '`kplug push` refuses properties that a running rule would have refused': push,
  '`kplug push --rollback`': push,
  '`kplug push --remove`': push,
  '`kplug list --engine`': ask,
  '`kplug describe --engine`': ask,
  '`kplug validate` predicts the words of a refusal': [
    ['1.14.7', '13 of 22'],
    ['2.0.8', '17 of 22'],
    ['2.2.4', '19 of 22'],
    ['2.4.0', '22 of 22'],
  ],
  'a refused property is named in': [
    ['1.14.7', 'rule status'],
    ['2.3.1', 'log'],
  ],
  'a rule with a source, a function and a sink restarts': since2,
  'a sink acknowledges its items (`requireAck`)': since2,
  'a rule goes on after the process of its package was killed': yes,
  'the process ends when the engine is killed, and runs again when the engine does': [
    ['1.14.7', 'when a rule uses it'],
    ['2.0.8', 'yes'],
  ],
  'state survives an update': yes,
  'state survives a restart of the rule': since2,
  'state survives when engine and plugin are killed': yes,
} satisfies Record<string, Outcomes>

export type Capability = keyof typeof capabilities

const find = (outcomes: Outcomes, version: string): string =>
  outcomes.findLast(([since]) => semver.gte(version, since))?.[1] ?? ''

/** What the tests have to find in an eKuiper of this version. */
export const outcomeIn = (version: string, capability: Capability): string =>
  find(capabilities[capability], version)

/** The table of the documentation. What is too long for it stands below. */
export function capabilitiesAsMarkdown(): string {
  const rows = Object.entries<Outcomes>(capabilities).map(([capability, outcomes]) => [
    capability,
    ...versions.map(version => cellOf(find(outcomes, version))),
  ])
  const table = [['', ...versions], ['---', ...versions.map(() => '---')], ...rows]
  const notes = [`¹ ${refusal}`, `² ${onOneLine(oldEngine)}`, `³ ${onOneLine(panics)}`]
  return `${table.map(row => `| ${row.join(' | ')} |`).join('\n')}\n\n${notes.join('\n\n')}\n`
}

function cellOf(outcome: string): string {
  if (outcome === oldEngine) return 'no ²'
  if (outcome === panics) return 'a warning ³'
  return outcome.endsWith(refusal) ? 'no ¹' : outcome
}

const onOneLine = (text: string): string => text.trimEnd().replace('\n ', '')
