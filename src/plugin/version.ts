/** A version as users see it: any text, without one leading `v`. */
export const shownVersion = (text: string): string => (text.startsWith('v') ? text.slice(1) : text)

interface NumberVersion {
  groups: string[]
  prerelease: string[]
}

// Digit groups joined by dots, then semver's prerelease and build: identifiers of letters, digits and hyphens,
// where a prerelease's numbers have no leading zero.
const numberVersion =
  /^(\d+(?:\.\d+)*)(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*))?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/

function parseNumberVersion(version: string): NumberVersion | undefined {
  const match = numberVersion.exec(version)
  if (match?.[1] === undefined) return undefined
  return { groups: match[1].split('.'), prerelease: match[2]?.split('.') ?? [] }
}

/**
 * Orders the versions of one plugin, lowest first: no version, then texts in string order, then number versions
 * (`20200331`, `1.2`, `1.10.0-rc.1`). Where both are semver this is semver's order. Total: 0 only for equal texts.
 */
export function compareVersions(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  const left = parseNumberVersion(a)
  const right = parseNumberVersion(b)
  if (left && right) return compareNumberVersions(left, right) || compareText(a, b)
  return Number(left !== undefined) - Number(right !== undefined) || compareText(a, b)
}

function compareNumberVersions(a: NumberVersion, b: NumberVersion): number {
  const length = Math.max(a.groups.length, b.groups.length)
  for (let i = 0; i < length; i += 1) {
    const order = compareDigits(a.groups[i] ?? '0', b.groups[i] ?? '0')
    if (order !== 0) return order
  }
  return comparePrereleases(a.prerelease, b.prerelease)
}

/** semver §11: a release is above its prereleases; identifiers in turn; the longer list is above its beginning. */
function comparePrereleases(a: string[], b: string[]): number {
  if (a.length === 0 || b.length === 0) return Number(a.length === 0) - Number(b.length === 0)
  for (const [i, identifier] of a.entries()) {
    const other = b[i]
    if (other === undefined) return 1
    const order = compareIdentifiers(identifier, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareIdentifiers(a: string, b: string): number {
  const aIsNumber = /^\d+$/.test(a)
  const bIsNumber = /^\d+$/.test(b)
  if (aIsNumber && bIsNumber) return compareDigits(a, b)
  return Number(bIsNumber) - Number(aIsNumber) || compareText(a, b)
}

/** Digits of any length as whole numbers: no conversion, so nothing is rounded. */
function compareDigits(a: string, b: string): number {
  const left = a.replace(/^0+/, '')
  const right = b.replace(/^0+/, '')
  return left.length - right.length || compareText(left, right)
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

// Names that Windows cannot hold are refused everywhere: a built folder can be copied anywhere.
const unwritable = /[\u0000-\u001f\u007f/\\:*?"<>|]/

/** Why a text cannot be part of a file name, after its subject, and what to do. */
export interface Unfit {
  seen: string
  remedy: string
}

const plainVersion = 'Use letters, digits, dots and hyphens, as in "1.0.0"'

/** Why a version cannot be part of a file name; undefined if it can. */
export function unfitVersion(version: string): Unfit | undefined {
  const shown = shownVersion(version)
  const value = JSON.stringify(version)
  const bad = unwritable.exec(shown)?.[0]
  const seen = unfitReason(shown, value, bad)
  return seen === undefined ? undefined : { seen, remedy: plainVersion }
}

function unfitReason(shown: string, value: string, bad: string | undefined): string | undefined {
  if (shown === '') return `is ${value}, which is empty`
  if (bad !== undefined) return `is ${value}, and a file name cannot contain ${JSON.stringify(bad)}`
  if (/[ .]$/.test(shown)) return `is ${value}, and a file name cannot end in a space or a dot`
  if (Buffer.from(shown).toString() !== shown) return `is ${value}, which is not well-formed Unicode`
  const bytes = Buffer.byteLength(shown)
  return bytes > 100 ? `has ${bytes} bytes, and the limit is 100` : undefined
}
