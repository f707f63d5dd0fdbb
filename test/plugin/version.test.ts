import * as fc from 'fast-check'
import semver from 'semver'
import { expect, test } from 'vitest'
import { compareVersions, shownVersion, unfitVersion } from '../../src/plugin/version.js'

test.each([
  ['v1.0.0', '1.0.0'],
  ['1.0.0', '1.0.0'],
  ['vv1', 'v1'],
  ['V1', 'V1'],
  ['next', 'next'],
])('%s is shown as %s', (text, shown) => {
  expect(shownVersion(text)).toBe(shown)
})

test('the order is: no version, texts, number versions with prereleases as semver has them', () => {
  const ordered = [
    undefined,
    '',
    '-1',
    '1.', // not a number version: it ends in a dot
    '1..2',
    '1.0.0-01', // nor this: semver has no leading zeros in prereleases
    'V1',
    'latest',
    'next',
    '0',
    '0.0.1',
    '1.0.0-0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1', // equal to the next ones by groups, so by text
    '1.0',
    '1.0.0',
    '1.0.0+build',
    '1.0.0.1',
    '1.2',
    '1.2.3.4',
    '1.9.0',
    '1.10.0',
    '2020.03.31',
    '2020.4.1',
    '20200331',
    '99999999999999999998',
    '99999999999999999999',
  ]
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) {
      expect(`${a} ${b} ${Math.sign(compareVersions(a, b))}`).toBe(`${a} ${b} ${Math.sign(i - j)}`)
    }
  }
})

test('leading zeros and missing groups change nothing but the order of the texts', () => {
  expect(Math.sign(compareVersions('01.2', '1.3'))).toBe(-1)
  expect(Math.sign(compareVersions('1.2.0.0', '1.2.1'))).toBe(-1)
  expect(compareVersions('1.0', '1.0.0')).not.toBe(0)
})

const digits = fc.nat({ max: 300 }).map(String)
const identifier = fc.oneof(digits, fc.stringMatching(/^[0-9]{0,2}[A-Za-z-][0-9A-Za-z-]{0,3}$/))
const identifiers = fc.array(identifier, { minLength: 1, maxLength: 3 }).map(list => list.join('.'))
const semantic = fc
  .tuple(fc.array(digits, { minLength: 3, maxLength: 3 }), fc.option(identifiers), fc.option(identifiers))
  .map(([groups, prerelease, build]) =>
    [groups.join('.'), prerelease === null ? '' : `-${prerelease}`, build === null ? '' : `+${build}`].join(
      '',
    ),
  )
const numbers = fc
  .array(fc.stringMatching(/^0{0,2}[0-9]{1,20}$/), { minLength: 1, maxLength: 5 })
  .map(groups => groups.join('.'))
const any = fc.option(
  fc.oneof(semantic, numbers, fc.string({ maxLength: 4 }), fc.constantFrom('1.', '1-', '1+')),
  {
    nil: undefined,
  },
)

test('the order is total: antisymmetric, transitive, and 0 for equal texts only', () => {
  fc.assert(
    fc.property(any, any, any, (a, b, c) => {
      const order = (x: string | undefined, y: string | undefined): number => Math.sign(compareVersions(x, y))
      expect(order(a, b) + order(b, a)).toBe(0)
      expect(order(a, b) === 0).toBe(a === b)
      if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0)
    }),
    { numRuns: 2000 },
  )
})

test("where both are semantic versions the order is semver's", () => {
  fc.assert(
    fc.property(semantic, semantic, (a, b) => {
      expect(semver.valid(a)).not.toBeNull()
      const theirs = semver.compare(a, b)
      if (theirs !== 0) expect(Math.sign(compareVersions(a, b))).toBe(theirs)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['', 'which is empty'],
  ['v', 'which is empty'],
  ['1/2', 'cannot contain "/"'],
  ['1\\2', 'cannot contain "\\\\"'],
  ['1\u0000', 'cannot contain "\\u0000"'],
  ['1\n', 'cannot contain "\\n"'],
  ['1:2', 'cannot contain ":"'],
  ['1.', 'end in a space or a dot'],
  ['1 ', 'end in a space or a dot'],
  ['\ud800', 'not well-formed Unicode'],
  ['1'.repeat(101), 'has 101 bytes'],
])('version %j cannot be written', (version, reason) => {
  expect(unfitVersion(version)?.seen).toContain(reason)
})

test.each(['1.0.0', 'v1.0.0', '20200331', 'next', '1 2', 'é', '1@2', '..x'])(
  'version %j can be written',
  version => {
    expect(unfitVersion(version)).toBeUndefined()
  },
)
