import { types } from 'node:util'
import { isRow } from './row.js'

type Test = (value: object) => boolean

const unfit: readonly (readonly [Test, string])[] = [
  [types.isMap, 'JSON has no Map, send Object.fromEntries(map)'],
  [types.isSet, 'JSON has no Set, send [...set]'],
  [types.isPromise, 'a Promise is not data, await it first'],
  [isInvalidDate, 'the date is invalid, send null or leave it out'],
  [isWithoutFields, 'it is an object without fields of its own, send a plain object or a string'],
]

/** Why JSON would lose this object, with the remedy; `undefined` if it would not. */
export function whyUnfit(value: object): string | undefined {
  return unfit.find(([test]) => test(value))?.[1]
}

function isInvalidDate(value: object): boolean {
  return types.isDate(value) && Number.isNaN(Date.prototype.getTime.call(value))
}

// Errors, regular expressions, weak collections and the like: JSON.stringify would write {}.
function isWithoutFields(value: object): boolean {
  if (Array.isArray(value) || types.isBoxedPrimitive(value) || 'toJSON' in value) return false
  return !isRow(value) && Object.keys(value).length === 0
}
