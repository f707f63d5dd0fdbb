import satisfies from 'semver/functions/satisfies.js'
import valid from 'semver/functions/valid.js'
import intersects from 'semver/ranges/intersects.js'
import validRange from 'semver/ranges/valid.js'

// The versions of eKuiper that a package is for, written as npm writes ranges: `2.1`, `>=2.0.8 <2.4`.

export const isEngineRange = (text: string): boolean => text.trim() !== '' && validRange(text) !== null

/** Whether a range has a version of another one. No range is every version. */
export const overlaps = (range: string | undefined, other: string): boolean =>
  range === undefined || intersects(range, other)

/** Whether a running engine has a version outside a range. What its own builds call themselves is not known. */
export const isOutside = (version: string, range: string | undefined): boolean =>
  range !== undefined && valid(version) !== null && !satisfies(version, range, { includePrerelease: true })
