import { objectOf, objectsOf, parsedObject, textOf } from '../data/lenient.js'
import type { Engine } from './engine.js'
import { optionsOf } from './sql.js'

/** The definition of a rule. */
export interface StoredRule {
  id: string
  sql: string
  /** Each object names one sink, with its properties. */
  actions: { sink: string; properties: Record<string, unknown> }[]
  options: Record<string, unknown>
  /** The nodes of a rule that is defined as a graph instead of SQL. */
  nodes: Record<string, unknown>[]
}

/** The definition of a stream or table. */
export interface StoredStream {
  /** The statement that created it. */
  statement: string
  /** The source type. */
  type: string
  /** The named configuration of the source. */
  configuration: string
}

/** The stored definitions of an engine, from its export. */
export interface Stored {
  rules: StoredRule[]
  streams: Map<string, StoredStream>
  /** The file of each installed package, by package name. */
  installedFrom: Map<string, string>
  /** Sources whose default properties were set in the engine. */
  setDefaults: Set<string>
}

export async function readStored(engine: Engine): Promise<Stored> {
  const exported = objectOf(await engine.json('GET', '/data/export'))
  const { rules, streams, tables, portablePlugins, sourceConfig } = exported
  return {
    rules: textsIn(rules).map(([id, text]) => ruleFrom(id, text)),
    streams: new Map(
      [...textsIn(streams), ...textsIn(tables)].map(([name, statement]) => [name, streamFrom(statement)]),
    ),
    setDefaults: new Set(
      textsIn(sourceConfig).flatMap(([name, text]) => ('default' in parsedObject(text) ? [name] : [])),
    ),
    installedFrom: new Map(
      textsIn(portablePlugins).map(([name, text]) => [name, textOf(parsedObject(text)['file'])]),
    ),
  }
}

/** An export contains each definition as a text, by its name. */
const textsIn = (section: unknown): [string, string][] =>
  Object.entries(objectOf(section)).map(([name, text]) => [name, textOf(text)])

function ruleFrom(id: string, text: string): StoredRule {
  const { sql, actions, options, graph } = parsedObject(text)
  return {
    id,
    sql: textOf(sql),
    actions: objectsOf(actions).flatMap(action =>
      Object.entries(action).map(([sink, properties]) => ({ sink, properties: objectOf(properties) })),
    ),
    options: objectOf(options),
    nodes: Object.values(objectOf(objectOf(graph)['nodes'])).map(objectOf),
  }
}

function streamFrom(statement: string): StoredStream {
  const options = optionsOf(statement)
  return {
    statement,
    type: options.get('TYPE') ?? 'mqtt',
    configuration: options.get('CONF_KEY') ?? '',
  }
}
