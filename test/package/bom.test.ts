import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import * as path from 'node:path'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { type Part, bomEntry } from '../../src/package/bom.js'

/** The official schema, as the library of CycloneDX ships it, with those that it refers to. */
function schema() {
  const require = createRequire(import.meta.url)
  const library = path.dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json'))
  const read = (name: string): object =>
    JSON.parse(fs.readFileSync(path.join(library, 'res', 'schema', name), 'utf8')) as object
  const others = ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json']
  // Formats such as "iri-reference" would need packages of their own.
  const ajv = new Ajv({ strict: false, validateFormats: false })
  for (const name of others) ajv.addSchema(read(name), new URL(name, 'http://cyclonedx.org/schema/').href)
  return ajv.compile(read('bom-1.6.SNAPSHOT.schema.json'))
}

const identity = { name: 'things', version: '0.1.0' }
const integrity = `sha512-${createHash('sha512').update('archive').digest('base64')}`
const parts: Part[] = [
  {
    name: '@a/b',
    version: '1.0.0+x',
    license: '(MIT OR Apache-2.0)',
    integrity,
    place: 'lib/functions/F.js',
  },
  {
    name: '@a/b',
    version: '1.0.0+x',
    license: '(MIT OR Apache-2.0)',
    integrity,
    place: 'lib/functions/E.js',
  },
  { name: 'own', version: '2.0.0', license: 'SEE LICENSE IN terms.md', place: 'node_modules/own' },
  { name: 'bare', version: '3.0.0', license: 'UNLICENSED', place: 'node_modules/bare' },
]
const bom = () =>
  JSON.parse(
    bomEntry({
      identity,
      parts,
      program: { runtime: 'node', version: '26.1.0', program: Buffer.from('program') },
    }).content.toString(),
  ) as { components: object[] }

test('the bill of materials has the format of CycloneDX', () => {
  const fits = schema()
  expect(fits(bom()), JSON.stringify(fits.errors)).toBe(true)
  expect(fits({ ...bom(), components: [{ type: 'library' }] })).toBe(false)
})

test('each version of a package is listed once, with its licence, its checksum and its places', () => {
  const { components } = bom()
  expect(components).toHaveLength(4)
  expect(components[0]).toMatchObject({
    group: '@a',
    name: 'b',
    purl: 'pkg:npm/%40a/b@1.0.0%2Bx',
    licenses: [{ expression: '(MIT OR Apache-2.0)' }],
    hashes: [{ alg: 'SHA-512', content: createHash('sha512').update('archive').digest('hex') }],
    evidence: { occurrences: [{ location: 'lib/functions/E.js' }, { location: 'lib/functions/F.js' }] },
  })
  expect(components[1]).toMatchObject({ licenses: [{ license: { name: 'UNLICENSED' } }] })
  expect(components[3]).toMatchObject({
    type: 'platform',
    name: 'node',
    version: '26.1.0',
    hashes: [{ alg: 'SHA-256', content: createHash('sha256').update('program').digest('hex') }],
  })
})
