import * as path from 'node:path'
import { expect, test } from 'vitest'
import { portablePaths } from '../../src/build/portable-paths.js'
import { withRequire } from '../../src/build/require-shim.js'
import { folderWith } from '../support/folder.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (content: Uint8Array): string => new TextDecoder().decode(content)

test('paths outside the project are replaced by package names; paths inside stay', () => {
  const root = folderWith({ 'lib/package.json': '{"name": "@me/lib"}', 'nameless/package.json': '{}' })
  const inputs = [
    'src/sinks/A.ts',
    '../../lib/src/x.ts',
    '../../nameless/y.js',
    '../../lib/node_modules/@other/z/index.cjs',
    'node_modules/zod/index.js',
  ]
  const code = [
    '// ../../lib/src/x.ts',
    'const text = `',
    '// ../../unknown.ts`',
    '// src/sinks/A.ts',
    'var require_z = __commonJS({',
    '  "../../lib/node_modules/@other/z/index.cjs"(exports, module) {',
    '  "node_modules/zod/index.js"() {',
    '  say("node_modules/zod/index.js")',
    '',
  ].join('\n')
  const sources = inputs.map(input => `../../${input}`)
  const result = portablePaths(path.join(root, 'deep/mine'), inputs, {
    code: bytes(code),
    // The last one is from a map that a package brings along.
    map: { sources: [...sources, '../../../../elsewhere/node_modules/pg/src/client.ts'], mappings: 'AAAA' },
  })
  expect(text(result.code)).toBe(
    [
      '// @me/lib/src/x.ts',
      'const text = `',
      '// ../../unknown.ts`',
      '// src/sinks/A.ts',
      'var require_z = __commonJS({',
      '  "@other/z/index.cjs"(exports, module) {',
      '  "zod/index.js"() {',
      '  say("node_modules/zod/index.js")',
      '',
    ].join('\n'),
  )
  expect(result.map).toEqual({
    sources: [
      '../../src/sinks/A.ts',
      '@me/lib/src/x.ts',
      'nameless/y.js',
      '@other/z/index.cjs',
      'zod/index.js',
      'pg/src/client.ts',
    ],
    mappings: 'AAAA',
  })
})

test('code that needs no first line stays byte for byte', () => {
  const built = { code: bytes('export {}\n'), map: { sources: [], mappings: '' } }
  expect(portablePaths('/mine', ['src/sinks/A.ts'], built)).toEqual(built)
  expect(withRequire(built)).toEqual(built)
})

test('a first line for CommonJS code moves the source map down by one', () => {
  const { code, map } = withRequire({
    code: bytes('x(kplugDirname)'),
    map: { sources: [], mappings: 'AAAA' },
  })
  expect(text(code)).toBe('const kplugDirname = import.meta.dirname;\nx(kplugDirname)')
  expect(map).toEqual({ sources: [], mappings: ';AAAA' })
})
