import { inspect, isDeepStrictEqual } from 'node:util'
import { groupBy } from '../plugin/group.js'
import type { RulePlace } from '../plugin/rule-place.js'
import { printable, printableLines } from './printable.js'
import { table } from './table.js'

/** One key of a state, with its value. */
export interface ShownKey {
  kind: string
  name: string
  place: RulePlace
  key: string
  contents: { counter: number } | { value: unknown } | { error: string }
}

const headings = ['TYPE', 'NAME', 'RULE', 'OPERATOR', 'INSTANCE', 'KEYS']

/** One line for each plugin and rule. */
export function placesAsTable(keys: readonly ShownKey[]): string {
  if (keys.length === 0) return ''
  const rows = [...byPlace(keys).values()].map(ofPlace => {
    const [{ kind, name, place }] = ofPlace
    const { ruleId, opId } = place
    return [kind, name, printable(ruleId), printable(opId), instanceOf(place), String(ofPlace.length)]
  })
  return table([headings, ...rows])
}

/** A paragraph for each plugin and rule: its keys and their values. */
export function keysAsText(keys: readonly ShownKey[]): string {
  const paragraphs = [...byPlace(keys).values()].map(ofPlace => {
    const [{ kind, name, place }] = ofPlace
    const where = `${place.ruleId}/${place.opId}/${instanceOf(place)}`
    const rows = ofPlace.map(({ key, contents }) => ['', printable(inspect(key)), contentsAsText(contents)])
    return `${kind} ${name} in ${printable(where)}\n${table(rows)}`
  })
  return paragraphs.join('\n')
}

/** As data, with the values if requested. */
export const keysAsJson = (keys: readonly ShownKey[], withContents: boolean): unknown[] =>
  keys.map(({ kind, name, place, key, contents }) => ({
    type: kind,
    name,
    ...place,
    key,
    ...(withContents && contentsAsJson(contents)),
  }))

const byPlace = (keys: readonly ShownKey[]): Map<string, [ShownKey, ...ShownKey[]]> =>
  groupBy(keys, ({ kind, name, place }) => JSON.stringify([kind, name, place]))

/** The instance of an operator. For a function, which of its calls in the rule. */
const instanceOf = ({ instanceId, funcId }: RulePlace): string =>
  funcId === undefined ? String(instanceId) : `${instanceId}/${funcId}`

function contentsAsText(contents: ShownKey['contents']): string {
  if ('counter' in contents) return `${contents.counter}, a counter`
  if ('error' in contents) return `cannot be shown: ${printable(contents.error)}`
  const options = {
    depth: 6,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 20,
    maxStringLength: 200,
  }
  return printableLines(inspect(contents.value, options)).replaceAll('\n', ' ')
}

/** JSON has no Map, Date or BigInt. Such a value is written as a text. */
function contentsAsJson(contents: ShownKey['contents']): object {
  if (!('value' in contents)) return contents
  try {
    const back: unknown = JSON.parse(JSON.stringify(contents.value))
    if (isDeepStrictEqual(back, contents.value)) return contents
  } catch {
    // A cycle or a BigInt.
  }
  return { text: contentsAsText(contents) }
}
