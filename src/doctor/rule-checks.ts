import {
  dropsRows,
  isRunning,
  lacksPlugin,
  type NodeCounters,
  type RuleStatus,
  total,
} from '../engine/rules.js'
import { isNodeOf } from '../engine/usage.js'
import type { EngineFacts, RuleFacts } from './engine-facts.js'
import type { Check, Fault } from './finding.js'

const waitForSpace = 'Set "disableBufferFullDiscard": true in the options of the rule.'

/** Looks at each rule that uses plugins of packages. */
const inEachRule =
  (look: (facts: RuleFacts) => Omit<Fault, 'subject'>[]) =>
  ({ rules }: EngineFacts): Fault[] =>
    rules.flatMap(facts => look(facts).map(fault => ({ subject: `rule "${facts.rule.id}"`, ...fault })))

/** The checks of a rule that uses plugins of packages. */
export const ruleChecks: readonly Check<EngineFacts>[] = [
  {
    name: 'source-hangs',
    severity: 'error',
    look: inEachRule(facts => {
      const { second } = facts
      const hanging = sourcesOf(facts).filter(({ node }) => hangs(node, facts))
      const faults = hanging.map(
        ({ name, node }) =>
          `The source "${name}" hangs: the rule is running, but its counters do not change (${counters(second, node)}). eKuiper blocks when it discards a row of a full buffer.`,
      )
      if (isBlocked(second) && !isRunning(second))
        faults.push(
          `It cannot start again, because the channel of a source that hung earlier is still open (${second.message}).`,
        )
      return faults.map(message => ({ message, remedy: `${waitForSpace} Then restart the engine.` }))
    }),
  },
  {
    name: 'rows-dropped',
    severity: 'warning',
    look: inEachRule(facts => {
      const drops = total(facts.second.nodes.filter(dropsRows), 'exceptions')
      if (drops === 0 || sourcesOf(facts).length === 0) return []
      const message = `eKuiper discarded ${drops} rows because the rule is slower than its source.`
      return [{ message, remedy: waitForSpace }]
    }),
  },
  {
    name: 'rule-stopped',
    severity: 'error',
    look: inEachRule(({ second }) => {
      const { status, message } = second
      if (status !== 'stopped by error' || isBlocked(second)) return []
      if (message !== '')
        return [
          {
            message: `It is stopped by an error: ${message}.`,
            remedy: lacksPlugin(second)
              ? 'If its package is installed, restart the rule: a restarting engine can start a rule before it has read the package. Otherwise install it first with "kplug push".'
              : 'Correct the cause that the message names, then restart the rule.',
          },
        ]
      return [
        {
          message: 'It is stopped by an error: the engine gives no reason.',
          remedy:
            'Read the log of the engine. Two common causes are a refused property, and a source that hung earlier ("address in use"). For the second, restart the engine.',
        },
      ]
    }),
  },
  {
    name: 'plugin-throws',
    severity: 'warning',
    look: inEachRule(({ second, uses }) =>
      second.nodes
        .filter(node => node.exceptions > 0 && node.lastException !== '' && !dropsRows(node))
        .filter(({ node }) => uses.some(use => isNodeOf(node, use)))
        .map(({ node, exceptions, lastException }) => ({
          message: `"${node}" failed ${exceptions} times, the last time with: ${lastException}`,
          remedy: 'Read the log of the engine for the plugin and the line.',
        })),
    ),
  },
]

const isBlocked = ({ message }: RuleStatus): boolean => /address in use/.test(message)

const sourcesOf = ({ uses }: RuleFacts) =>
  uses.filter(({ kind }) => kind === 'source').map(({ name, place }) => ({ name, node: `source_${place}` }))

const find = ({ nodes }: RuleStatus, name: string): NodeCounters | undefined =>
  nodes.find(({ node }) => node === name)

/**
 * A source that waits for its next row has passed on all received rows. With the option, it may also wait for space
 * with one row in hand. Without the option, only the deadlock keeps a row there.
 */
function hangs(node: string, { rule, first, second }: RuleFacts): boolean {
  const [before, after] = [find(first, node), find(second, node)]
  if (!before || !after || !isRunning(second) || rule.options['disableBufferFullDiscard'] === true)
    return false
  return after.recordsIn > after.processed && before.recordsIn === after.recordsIn
}

const counters = (status: RuleStatus, node: string): string => {
  const { recordsIn = 0, processed = 0 } = find(status, node) ?? {}
  return `${recordsIn} rows in, ${processed} processed`
}
