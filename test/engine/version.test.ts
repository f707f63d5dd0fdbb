import { expect, test } from 'vitest'
import { EngineVersion } from '../../src/engine/version.js'

test.each<[string, boolean]>([
  ['1.14.7', false],
  ['2.0.0', true],
  ['v2.0.8', true],
  ['2.1.0', true],
  ['2.1.0-beta.1', true],
  ['2.1.1', false],
  ['2.1.5', false],
  ['2.4.0', false],
  ['a1b2c3d', false],
  ['', false],
])('eKuiper %s crashes after a refused start: %s', (text, dies) => {
  expect(new EngineVersion(text).diesOfRefusedStarts).toBe(dies)
})

test.each<[string, boolean]>([
  ['1.14.7', false],
  ['2.0.0', true],
  ['10.0.1', true],
  ['a1b2c3d', true],
])('eKuiper %s is supported: %s', (text, supported) => {
  expect(new EngineVersion(text).isAtLeast('2.0.0')).toBe(supported)
})
