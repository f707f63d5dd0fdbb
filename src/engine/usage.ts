import { isObjectLike } from '../data/object.js'
import { findPlugin, type PluginId } from '../plugin/plugin-id.js'
import { objectOf, textOf } from '../data/lenient.js'
import { callsIn, streamsIn } from './sql.js'
import type { Stored, StoredRule, StoredStream } from './stored.js'

/** A plugin in a rule, and its place there. */
export interface Use extends PluginId {
  /** The stream of a source, or the number of a sink's action; empty for a function. */
  place: string
}

type Streams = Stored['streams']

/** A rule, and what it uses of packages. */
export interface UsingRule {
  rule: StoredRule
  uses: Use[]
}

/** The rules that use some of the plugins. */
export const rulesUsing = ({ rules, streams }: Stored, plugins: readonly PluginId[]): UsingRule[] =>
  rules
    .map(rule => ({ rule, uses: usesOf(rule, streams).filter(use => findPlugin(plugins, use)) }))
    .filter(({ uses }) => uses.length > 0)

/** The sources, sinks and functions of a rule, built-in ones included. */
export const usesOf = (rule: StoredRule, streams: Streams): Use[] => [
  ...[...streamsIn(rule.sql)].flatMap(name => sourceOf(name, streams)),
  ...rule.actions.map(({ sink }, i) => ({ kind: 'sink' as const, name: sink, place: String(i) })),
  ...[...callsIn(rule.sql)].map(functionNamed),
  ...rule.nodes.flatMap(node => usesOfNode(node, streams)),
]

function sourceOf(stream: string, streams: Streams): Use[] {
  const source: StoredStream | undefined = streams.get(stream)
  return source === undefined ? [] : [{ kind: 'source', name: source.type, place: stream }]
}

const functionNamed = (name: string): Use => ({ kind: 'function', name, place: '' })

/** A graph rule names its source and sink types itself. Its operators contain expressions. */
function usesOfNode({ type, nodeType, props }: Record<string, unknown>, streams: Streams): Use[] {
  const name = textOf(nodeType)
  const stream = textOf(objectOf(props)['sourceName'])
  if (type === 'source')
    return stream === '' ? [{ kind: 'source', name, place: name }] : sourceOf(stream, streams)
  if (type === 'sink') return [{ kind: 'sink', name, place: '0' }]
  return textsWithin(props).flatMap(text => [...callsIn(text)].map(functionNamed))
}

function textsWithin(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return isObjectLike(value) ? Object.values(value).flatMap(textsWithin) : []
}

/** Whether a plugin runs in this node of a running rule. Functions run in operators. */
export function isNodeOf(node: string, { kind, name, place }: Use): boolean {
  if (kind === 'source') return node === `source_${place}`
  return kind === 'sink' ? node === `sink_${name}_${place}` : node.startsWith('op_')
}
