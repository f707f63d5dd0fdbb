import type { CodeAndMap } from './portable-paths.js'

// What bundled CommonJS code expects of Node is not there in an ES module. esbuild leaves these marks where it
// met such code: the text of its own stand-in for `require`, and the names that bundleOptions defines.
const wanted = [
  { mark: 'Dynamic require of "', name: 'require', value: 'kplugCreateRequire(import.meta.url)' },
  { mark: 'kplugFilename', name: 'kplugFilename', value: 'import.meta.filename' },
  { mark: 'kplugDirname', name: 'kplugDirname', value: 'import.meta.dirname' },
  { mark: 'kplugMetaDirname', name: 'kplugMetaDirname', value: 'import.meta.dirname' },
  { mark: 'kplugMetaFilename', name: 'kplugMetaFilename', value: 'import.meta.filename' },
  { mark: 'kplugMetaResolve', name: 'kplugMetaResolve', value: 'import.meta.resolve' },
  { mark: 'kplugMetaUrl', name: 'kplugMetaUrl', value: 'import.meta.url' },
]

/** Puts a first line before code that needs one, and moves its source map down by as much. */
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
