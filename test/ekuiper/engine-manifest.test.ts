import { expect, test } from 'vitest'
import { decodeEngineManifest, encodeEngineManifest } from '../../src/ekuiper/engine-manifest.js'

const manifest = {
  version: '1.0.0',
  language: 'go',
  executable: 'things',
  names: { source: ['ticks'], sink: ['lamp'], function: ['twice', 'half'] },
}

test('decoding inverts encoding', () => {
  expect(decodeEngineManifest(encodeEngineManifest(manifest))).toEqual(manifest)
})

test('the engine finds the plugins of each kind under its own key', () => {
  expect(JSON.parse(encodeEngineManifest(manifest))).toEqual({
    version: '1.0.0',
    language: 'go',
    executable: 'things',
    sources: ['ticks'],
    sinks: ['lamp'],
    functions: ['twice', 'half'],
  })
})

test.each([
  [
    'keys in any letter case, the last of them',
    '{"LANGUAGE":"go","Language":"python"}',
    { language: 'python' },
  ],
  ['null as empty', '{"sources":null,"version":null}', { version: '' }],
  ['a name of its own', '{"name":"lab1"}', { name: 'lab1' }],
])('%s', (_, text, expected) => {
  const empty = { version: '', language: '', executable: '', names: { source: [], sink: [], function: [] } }
  expect(decodeEngineManifest(text)).toEqual({ ...empty, ...expected })
})

test.each([
  ['[]', 'it is not a JSON object'],
  ['null', 'it is not a JSON object'],
  ['{"language":1}', '"language" must be a string'],
  ['{"name":[]}', '"name" must be a string'],
  ['{"sinks":"lamp"}', '"sinks" must be an array of names'],
  ['{"functions":[1]}', '"functions" must be an array of names'],
])('%s is refused', (text, reason) => {
  expect(() => decodeEngineManifest(text)).toThrow(reason)
})
