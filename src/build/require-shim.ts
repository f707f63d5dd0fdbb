import type { CodeAndMap } from './portable-paths.js'

// An ES module has no `require`, `__filename` or `__dirname`, which bundled CommonJS code expects. esbuild marks such
// code: with the text of its own stand-in for `require`, and with the names that bundleOptions defines.
const wanted = [
  { mark: 'Dynamic require of "', name: 'require', value: 'kplugCreateRequire(import.meta.url)' },
  { mark: 'kplugFilename', name: 'kplugFilename', value: 'import.meta.filename' },
  { mark: 'kplugDirname', name: 'kplugDirname', value: 'import.meta.dirname' },
  { mark: 'kplugMetaDirname', name: 'kplugMetaDirname', value: 'import.meta.dirname' },
  { mark: 'kplugMetaFilename', name: 'kplugMetaFilename', value: 'import.meta.filename' },
  { mark: 'kplugMetaResolve', name: 'kplugMetaResolve', value: 'import.meta.resolve' },
  { mark: 'kplugMetaUrl', name: 'kplugMetaUrl', value: 'import.meta.url' },
]

/** Inserts a first line into code that needs it, and shifts its source map by one line. */
export function withRequire({ code, map }: CodeAndMap): CodeAndMap {
  const bytes = Buffer.from(code.buffer, code.byteOffset, code.byteLength)
  const needed = wanted.filter(({ mark }) => bytes.includes(mark))
  if (needed.length === 0) return { code, map }
  const imported = needed.some(({ name }) => name === 'require')
    ? "import { createRequire as kplugCreateRequire } from 'node:module'; "
    : ''
  const line = `${imported}const ${needed.map(({ name, value }) => `${name} = ${value}`).join(', ')};\n`
  return {
    code: Buffer.concat([Buffer.from(line), bytes]),
    map: { ...map, mappings: `;${map.mappings}` },
  }
}
