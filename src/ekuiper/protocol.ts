import { arrayOf, objectOf, textOf } from '../data/lenient.js'
import { isObject } from '../data/object.js'
import { type Kind, kinds } from '../plugin/kind.js'
import { parseJson } from '../data/parse.js'
import type { RulePlace } from '../plugin/rule-place.js'

/** The first message of a plugin process on each connection. */
export const greeting = 'handshake'

/** A message of the engine on the control channel. */
export interface Command {
  action: 'start' | 'stop'
  kind: Kind
  name: string
  place: RulePlace
  dataSource: string
  props: Record<string, unknown>
}

const typeOf: Record<Kind, string> = { source: 'source', sink: 'sink', function: 'func' }

// {"cmd":"start","arg":"{\"symbolName\":…,\"meta\":{\"ruleId\":…,\"opId\":…,\"instanceId\":0},\"pluginType\":…,\"dataSource\":…,\"config\":{…}}"}
// Only a source has `dataSource`. A function has no `config`, and its `meta` is empty.

/** Writes a command as the engine does. */
export function encodeCommand({ action, kind, name, place, dataSource, props }: Command): string {
  const { ruleId, opId, instanceId } = kind === 'function' ? nowhere : place
  const arg = {
    symbolName: name,
    meta: { ruleId, opId, instanceId },
    pluginType: typeOf[kind],
    ...(kind === 'source' ? { dataSource } : {}),
    ...(kind === 'function' ? {} : { config: props }),
  }
  return JSON.stringify({ cmd: action, arg: JSON.stringify(arg) })
}

const nowhere: RulePlace = { ruleId: '', opId: '', instanceId: 0 }

/** Reads a command. Throws for any other text. */
export function decodeCommand(text: string): Command {
  const { cmd, arg } = fieldsOf(parseJson(text))
  if (cmd !== 'start' && cmd !== 'stop') throw new Error(`Unknown command "${String(cmd)}"`)
  if (typeof arg !== 'string') throw new Error(`Command "${cmd}" has no argument`)
  const { symbolName, meta, pluginType, dataSource, config } = fieldsOf(parseJson(arg))
  const kind = kinds.find(known => typeOf[known] === pluginType)
  if (kind === undefined) throw new Error(`Unknown plugin type "${String(pluginType)}"`)
  if (typeof symbolName !== 'string') throw new Error(`Command "${cmd}" has no symbol name`)
  const props = objectOf(config)
  return {
    action: cmd,
    kind,
    name: symbolName,
    place: placeFrom(meta),
    dataSource: firstText(dataSource, props['datasource']),
    props,
  }
}

/** The stream's DATASOURCE. eKuiper 2 leaves `dataSource` empty and sends it as a property. */
const firstText = (...texts: unknown[]): string =>
  texts.find((text): text is string => typeof text === 'string' && text !== '') ?? ''

/** Writes the context of a function call: JSON in a string. */
export const encodePlace = ({ ruleId, opId, instanceId, funcId = 0 }: RulePlace): string =>
  JSON.stringify({ ruleId, opId, instanceId, funcId })

/** Reads the context of a function call. */
export const decodePlace = (text: string): RulePlace => {
  const fields = fieldsOf(parseJson(text))
  return { ...placeFrom(fields), funcId: typeof fields['funcId'] === 'number' ? fields['funcId'] : 0 }
}

function placeFrom(meta: unknown): RulePlace {
  const { ruleId, opId, instanceId } = objectOf(meta)
  return {
    ruleId: textOf(ruleId),
    opId: textOf(opId),
    instanceId: typeof instanceId === 'number' ? instanceId : 0,
  }
}

const refusalCodes = [
  'load-failed',
  'package-missing',
  'properties-missing',
  'properties-wrong',
  'out-of-reach',
  'failed',
] as const

/**
 * Why a plugin is not started. The engine receives the reason as a sentence. A check of the package receives all
 * fields.
 */
export interface StartRefusal {
  code: (typeof refusalCodes)[number]
  reason: string
  /** The missing package. */
  package?: string
}

export const encodeStartRefusal = (refusal: StartRefusal): string => JSON.stringify(refusal)

/** Reads a reply other than `ok`. Packages from other tools reply with a sentence. */
export function decodeStartRefusal(answer: string): StartRefusal {
  if (!answer.startsWith('{')) return { code: 'failed', reason: answer }
  const { code, reason, package: missing } = fieldsOf(parseJson(answer))
  return {
    code: refusalCodes.find(known => known === code) ?? 'failed',
    reason: typeof reason === 'string' ? reason : answer,
    ...(typeof missing === 'string' ? { package: missing } : {}),
  }
}

/** A message of the engine on the channel of a function. */
export interface Request {
  func: 'Validate' | 'Exec' | 'IsAggregate'
  arg: unknown[]
  /** The place in a rule from which an `Exec` is called, still encoded. On the wire it is the last argument. */
  context?: string | undefined
}

/** Writes a request as the engine does. */
export const encodeRequest = ({ func, arg, context }: Request): string =>
  JSON.stringify({ func, arg: context === undefined ? arg : [...arg, context] })

/** Reads a request. It checks little, because it runs for every call. */
export function decodeRequest(text: string): Request {
  const request = parseJson(text)
  if (!isObject(request)) throw new Error('Request is not an object')
  const { func, arg } = request
  if (func !== 'Validate' && func !== 'Exec' && func !== 'IsAggregate') {
    throw new Error(`Unknown request "${String(func)}"`)
  }
  const args = arrayOf(arg)
  return func === 'Exec' ? { func, arg: args, context: contextFrom(args.pop()) } : { func, arg: args }
}

const contextFrom = (text: unknown): string => (typeof text === 'string' ? text : '{}')

// The engine takes a reply that starts with `h` for a handshake. These replies start with `{`.
export const encodeResult = (json: string): string => `{"state":true,"result":${json}}`
export const encodeFailure = (reason: string): string => `{"state":false,"result":${JSON.stringify(reason)}}`

/** The reply of a function: its result, or the reason why it failed. */
export function decodeAnswer(text: string): { result: unknown } | { failure: string } {
  const { state, result } = fieldsOf(parseJson(text))
  return state === true ? { result } : { failure: String(result) }
}

/** A row of a source and its metadata, both already JSON. */
export const encodeTuple = (row: string, meta: string): string => `{"message":${row},"meta":${meta}}`

/** A JSON string instead of a row counts as an error of the source. */
export const encodeSourceError = (reason: string): string => JSON.stringify(reason)

/** The error in a source's message; `undefined` if the message is a row. */
export const decodeSourceError = (message: string): string | undefined =>
  message.startsWith('"') ? String(JSON.parse(message)) : undefined

export const acknowledged = '{}'
export const encodeRefusal = (reason: string): string => JSON.stringify({ error: reason })

function fieldsOf(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value
  throw new Error('Message is not an object')
}
