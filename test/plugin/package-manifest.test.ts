import { expect, test } from 'vitest'
import {
  decodePackageManifest,
  encodePackageManifest,
  type PackageManifest,
} from '../../src/plugin/package-manifest.js'

const manifest: PackageManifest = {
  name: 'things',
  version: '1.0.0',
  plugins: [{ kind: 'sink', name: 'lamp', symbol: 'Lamp', version: null, file: 'sinks/Lamp.js' }],
  checkpoint: 'always',
}

test('decoding inverts encoding', () => {
  expect(decodePackageManifest(encodePackageManifest(manifest))).toEqual(manifest)
})

test.each([
  ['null', 'it is not a JSON object'],
  ['{"name":"things","plugins":[]}', '"name" and "version" must be strings'],
  ['{"name":"things","version":"1"}', '"plugins" must be an array'],
  ['{"name":"things","version":"1","plugins":[null]}', '"plugins" must be an array'],
  [
    '{"name":"things","version":"1","plugins":[{"kind":"filter","name":"a","symbol":"A","file":"a"}]}',
    '"plugins" must be an array',
  ],
])('%s is refused', (text, reason) => {
  expect(() => decodePackageManifest(text)).toThrow(reason)
})
