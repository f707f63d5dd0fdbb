import { dropsRows, isRunning, type NodeCounters, type RuleStatus, total } from '../engine/rules.js'
import { isNodeOf } from '../engine/usage.js'
import type { EngineFacts, RuleFacts } from './engine-facts.js'
import type { Check } from './finding.js'

const waitsForSpace = { remedy: 'Set "disableBufferFullDiscard": true in the options of the rule.' }

/** The checks of a rule that uses plugins of packages. */
export const ruleChecks: readonly Check<EngineFacts>[] = [
  {
    name: 'source-hangs',
    look: ({ rules }) =>
      rules.flatMap(facts => {
        const hanging = sourcesOf(facts).filter(({ node }) => hangs(node, facts))
        const isBlocked = /address in use/.test(facts.second.message)
        return [
          ...hanging.map(({ name, node }) => ({
            severity: 'error' as const,
            subject: ruleNamed(facts),
            message: `The source "${name}" hangs: the rule is running, but its counters do not change (${counters(facts.second, node)}). eKuiper blocks when it discards a row of a full buffer.`,
            remedy: `${waitsForSpace.remedy} Then restart the engine.`,
          })),
          ...(isBlocked && !isRunning(facts.second)
            ? [
                {
                  severity: 'error' as const,
                  subject: ruleNamed(facts),
                  message: `It cannot start again, because the channel of a source that hung earlier is still open (${facts.second.message}).`,
                  remedy: `${waitsForSpace.remedy} Then restart the engine.`,
                },
              ]
            : []),
        ]
      }),
  },
  {
    name: 'rows-dropped',
    look: ({ rules }) =>
      rules.flatMap(facts => {
        const drops = total(facts.second.nodes.filter(dropsRows), 'exceptions')
        if (drops === 0 || sourcesOf(facts).length === 0) return []
        return [
          {
            severity: 'warning' as const,
            subject: ruleNamed(facts),
            message: `eKuiper discarded ${drops} rows because the rule is slower than its source.`,
            ...waitsForSpace,
          },
        ]
      }),
  },
  {
    name: 'rule-stopped',
    look: ({ rules }) =>
      rules.flatMap(facts => {
        const { status, message } = facts.second
        if (status !== 'stopped by error' || /address in use/.test(message)) return []
        return [
          {
            severity: 'error' as const,
            subject: ruleNamed(facts),
            message: `It is stopped by an error: ${message === '' ? 'the engine gives no reason' : message}.`,
            remedy:
              message === ''
                ? 'Read the log of the engine. Two common causes are a refused property, and a source that hung earlier ("address in use"). For the second, restart the engine.'
                : 'Correct the cause that the message names, then restart the rule.',
          },
        ]
      }),
  },
  {
    name: 'plugin-throws',
    look: ({ rules }) =>
      rules.flatMap(facts =>
        facts.second.nodes
          .filter(node => node.exceptions > 0 && node.lastException !== '' && !dropsRows(node))
          .filter(node => facts.uses.some(use => isNodeOf(node.node, use)))
          .map(({ node, exceptions, lastException }) => ({
            severity: 'warning' as const,
            subject: ruleNamed(facts),
            message: `"${node}" failed ${exceptions} times, the last time with: ${lastException}`,
            remedy: 'Read the log of the engine for the plugin and the line.',
          })),
      ),
  },
]

const ruleNamed = ({ rule }: RuleFacts): string => `rule "${rule.id}"`

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
