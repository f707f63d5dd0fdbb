import { objectOf, textOf } from '../data/lenient.js'
import type { Engine } from './engine.js'

/** The counters of one node of a running rule. */
export interface NodeCounters {
  /** `source_demo`, `op_2_project`, `sink_rest_0`: without the instance number. */
  node: string
  recordsIn: number
  recordsOut: number
  /** The number of received records that are processed. */
  processed: number
  exceptions: number
  lastException: string
}

/** The status of a rule. */
export interface RuleStatus {
  /** `running`, `stopped`, `stopped by error`… */
  status: string
  message: string
  nodes: NodeCounters[]
}

type Counter = 'recordsIn' | 'recordsOut' | 'processed' | 'exceptions'

/** The counters of a node, by the engine's names. */
const counterOf: Readonly<Record<string, Counter>> = {
  records_in_total: 'recordsIn',
  records_out_total: 'recordsOut',
  messages_processed_total: 'processed',
  exceptions_total: 'exceptions',
}

const pattern = /^((?:source|op|sink)_.+)_\d+_([a-z_]+)$/

// The resource without `v2` responds with invalid JSON if an error contains control characters.
export async function ruleStatus(engine: Engine, id: string): Promise<RuleStatus> {
  const answer = objectOf(await engine.json('GET', `/v2/rules/${encodeURIComponent(id)}/status`))
  return { status: textOf(answer['status']), message: textOf(answer['message']), nodes: nodesIn(answer) }
}

function nodesIn(answer: Record<string, unknown>): NodeCounters[] {
  const nodes = new Map<string, NodeCounters>()
  for (const [key, value] of Object.entries(answer)) {
    const [, node, metric = ''] = pattern.exec(key) ?? []
    if (node === undefined) continue
    const counter = counterOf[metric]
    const counters = nodes.get(node) ?? {
      node,
      recordsIn: 0,
      recordsOut: 0,
      processed: 0,
      exceptions: 0,
      lastException: '',
    }
    nodes.set(node, counters)
    // The instances of a node (`concurrency`) are added up.
    if (counter !== undefined) counters[counter] += Number(value)
    if (metric === 'last_exception') counters.lastException ||= textOf(value)
  }
  return [...nodes.values()]
}

/** Whether a node has discarded rows because the next node was slower. The engine counts them as exceptions. */
export const dropsRows = ({ lastException }: NodeCounters): boolean =>
  lastException.startsWith('buffer full, drop message')

/** Whether the engine counts a rule as running. */
export const isRunning = ({ status }: RuleStatus): boolean => status.startsWith('running')

/** Whether a rule cannot start because the engine does not have one of its plugins. */
export const lacksPlugin = ({ message }: RuleStatus): boolean =>
  /(?:source type|function) \S+ not found|sink \S+ is not defined/.test(message)

/** The sum of one counter. */
export const total = (nodes: readonly NodeCounters[], counter: Counter): number =>
  nodes.reduce((sum, node) => sum + node[counter], 0)

/** Why the last row failed; empty if none did. */
export const lastExceptionOf = (nodes: readonly NodeCounters[]): string =>
  nodes.find(({ lastException }) => lastException !== '')?.lastException ?? ''

/** The state of a rule in a few words. */
export function statusLine({ status, message, nodes }: RuleStatus): string {
  const rows = (prefix: string): number =>
    total(
      nodes.filter(({ node }) => node.startsWith(prefix)),
      'recordsOut',
    )
  const failures = total(nodes, 'exceptions')
  return [
    message === '' ? status : `${status}: ${message}`,
    `${rows('source_')} rows in, ${rows('sink_')} out`,
    ...(failures === 0
      ? []
      : [`${failures} exceptions, the last one: ${lastExceptionOf(nodes) || 'no message'}`]),
  ].join(', ')
}
