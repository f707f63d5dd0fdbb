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

const counter =
  /^((?:source|op|sink)_.+)_\d+_(records_in_total|records_out_total|messages_processed_total|exceptions_total|last_exception)$/

// The resource without `v2` responds with invalid JSON if an error contains control characters.
export async function ruleStatus(engine: Engine, id: string): Promise<RuleStatus> {
  const answer = objectOf(await engine.json('GET', `/v2/rules/${encodeURIComponent(id)}/status`))
  return { status: textOf(answer['status']), message: textOf(answer['message']), nodes: nodesIn(answer) }
}

function nodesIn(answer: Record<string, unknown>): NodeCounters[] {
  const nodes = new Map<string, NodeCounters>()
  for (const [key, value] of Object.entries(answer)) {
    const [, node, what] = counter.exec(key) ?? []
    if (node === undefined) continue
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
    if (what === 'records_in_total') counters.recordsIn += Number(value)
    if (what === 'records_out_total') counters.recordsOut += Number(value)
    if (what === 'messages_processed_total') counters.processed += Number(value)
    if (what === 'exceptions_total') counters.exceptions += Number(value)
    if (what === 'last_exception') counters.lastException ||= textOf(value)
  }
  return [...nodes.values()]
}

/** Whether a node has discarded rows because the next node was slower. The engine counts them as exceptions. */
export const dropsRows = ({ lastException }: NodeCounters): boolean =>
  lastException.startsWith('buffer full, drop message')

/** Whether the engine counts a rule as running. */
export const isRunning = ({ status }: RuleStatus): boolean => status.startsWith('running')

/** How many rows failed in a rule, and why the last one did. */
export function failuresOf({ nodes }: RuleStatus): { count: number; last: string } {
  const failed = nodes.filter(({ exceptions }) => exceptions > 0)
  return {
    count: failed.reduce((sum, { exceptions }) => sum + exceptions, 0),
    last: failed.map(({ lastException }) => lastException).find(text => text !== '') ?? 'no message',
  }
}

/** The state of a rule in a few words. */
export function statusLine(status: RuleStatus): string {
  const rows = (prefix: string, key: 'recordsIn' | 'recordsOut'): number =>
    status.nodes.filter(({ node }) => node.startsWith(prefix)).reduce((sum, node) => sum + node[key], 0)
  const failures = failuresOf(status)
  return [
    status.message === '' ? status.status : `${status.status}: ${status.message}`,
    `${rows('source_', 'recordsOut')} rows in, ${rows('sink_', 'recordsOut')} out`,
    ...(failures.count === 0 ? [] : [`${failures.count} exceptions, the last one: ${failures.last}`]),
  ].join(', ')
}
