import { isObject } from '../data/object.js'
import type { Kind } from '../plugin/kind.js'
import { parseJson } from '../data/parse.js'
import type { RulePlace } from '../plugin/rule-place.js'

/** What a plugin process says first on a channel, and again on each new connection. */
export const greeting = 'handshake'

/** What the engine asks on the control channel. */
export interface Command {
  action: 'start' | 'stop'
  kind: Kind
  name: string
  place: RulePlace
  dataSource: string
  props: Record<string, unknown>
}

const kindOnWire = new Map<unknown, Kind>([
  ['source', 'source'],
  ['sink', 'sink'],
  ['func', 'function'],
])

// {"cmd":"start","arg":"{\"symbolName\":…,\"meta\":{\"ruleId\":…,\"opId\":…,\"instanceId\":0},\"pluginType\":…,\"dataSource\":…,\"config\":{…}}"}
/** Reads a command; throws a sentence for what is none. */
export function decodeCommand(text: string): Command {
  const { cmd, arg } = fieldsOf(parseJson(text))
  if (cmd !== 'start' && cmd !== 'stop') throw new Error(`Unknown command "${String(cmd)}"`)
  if (typeof arg !== 'string') throw new Error(`Command "${cmd}" has no argument`)
  const { symbolName, meta, pluginType, dataSource, config } = fieldsOf(parseJson(arg))
  const kind = kindOnWire.get(pluginType)
  if (kind === undefined) throw new Error(`Unknown plugin type "${String(pluginType)}"`)
  if (typeof symbolName !== 'string') throw new Error(`Command "${cmd}" names no symbol`)
  const props = isObject(config) ? config : {}
  return {
    action: cmd,
    kind,
    name: symbolName,
    place: placeFrom(meta),
    dataSource: firstText(dataSource, props['datasource']),
    props,
  }
}

/** The stream's DATASOURCE: eKuiper 2 leaves `dataSource` empty and has it among the properties. */
const firstText = (...texts: unknown[]): string =>
  texts.find((text): text is string => typeof text === 'string' && text !== '') ?? ''

/** Reads the context that comes with every call of a function: a text of JSON. */
export const decodePlace = (text: string): RulePlace => {
  const fields = fieldsOf(parseJson(text))
  return { ...placeFrom(fields), funcId: typeof fields['funcId'] === 'number' ? fields['funcId'] : 0 }
}

function placeFrom(meta: unknown): RulePlace {
  const { ruleId, opId, instanceId } = isObject(meta) ? meta : {}
  return {
    ruleId: typeof ruleId === 'string' ? ruleId : '',
    opId: typeof opId === 'string' ? opId : '',
    instanceId: typeof instanceId === 'number' ? instanceId : 0,
  }
}

/** What the engine asks on a function's channel. */
export interface Request {
  func: 'Validate' | 'Exec' | 'IsAggregate'
  arg: unknown[]
}

/** Reads a request; the checks are few, since this runs for every call. */
export function decodeRequest(text: string): Request {
  const request = parseJson(text)
  if (!isObject(request)) throw new Error('Request is no object')
  const { func, arg } = request
  if (func !== 'Validate' && func !== 'Exec' && func !== 'IsAggregate') {
    throw new Error(`Unknown request "${String(func)}"`)
  }
  return { func, arg: Array.isArray(arg) ? arg : [] }
}

/** Answers that begin with `h` would be taken for a handshake; these begin with `{`. */
export const encodeResult = (json: string): string => `{"state":true,"result":${json}}`
export const encodeFailure = (reason: string): string => `{"state":false,"result":${JSON.stringify(reason)}}`

/** A source's row with its metadata, both already JSON. */
export const encodeTuple = (row: string, meta: string): string => `{"message":${row},"meta":${meta}}`
/** A JSON text instead of an object is counted as an error of the source. */
export const encodeSourceError = (reason: string): string => JSON.stringify(reason)

export const acknowledged = '{}'
export const encodeRefusal = (reason: string): string => JSON.stringify({ error: reason })

function fieldsOf(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value
  throw new Error('Message is no object')
}
