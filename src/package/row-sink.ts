import { decodeEngineManifest, encodeEngineManifest, engineManifestFile } from '../ekuiper/engine-manifest.js'
import { camelCase, symbolOf } from '../plugin/name.js'
import {
  decodePackageManifest,
  encodePackageManifest,
  manifestFile,
  type PackagedPlugin,
} from '../plugin/package-manifest.js'
import { withChecksums } from './checksums.js'
import type { Package } from './pack.js'

// Since 2.4, eKuiper's sink `rest` refuses loopback addresses. `kplug dev` therefore receives rows through its own sink
// in the package.

/** The name of the sink that sends rows to `kplug dev`. No other package uses it. */
export const rowSinkOf = (packageName: string): string => `kplugDev${symbolOf(camelCase(packageName))}`

// A package's files import nothing of kplug, and JSON.stringify refuses integers beyond 2^53.
const code = (symbol: string): string => `import * as http from 'node:http'
const entry = ([key, value]) => JSON.stringify(key) + ':' + json(value)
function json(value) {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return '[' + value.map(json).join() + ']'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return '{' + Object.entries(value).map(entry).join() + '}'
}
export class ${symbol} {
  configure({ url }) {
    this.url = url
  }
  collect(ctx, data) {
    return new Promise((resolve, reject) => {
      const request = http.request(this.url, { method: 'POST', agent: false }, answer => answer.resume().on('end', resolve))
      request.on('error', reject).end(json(data))
    })
  }
}
`

/** The package with one more sink, which posts each item as JSON to its property `url`. */
export function withRowSink(made: Package): Package {
  const name = rowSinkOf(made.name)
  const symbol = symbolOf(name)
  const file = `sinks/${symbol}.js`
  const sink: PackagedPlugin = { kind: 'sink', name, symbol, version: null, file }
  const changed = new Map<string, (text: string) => string>([
    [manifestFile, text => withPlugin(text, sink)],
    [engineManifestFile(made.name), text => withSink(text, name)],
  ])
  const entries = made.entries.map(entry => {
    const change = changed.get(entry.path)
    return change ? { ...entry, content: Buffer.from(change(String(entry.content))) } : entry
  })
  return {
    ...made,
    plugins: [...made.plugins, sink],
    entries: withChecksums([...entries, { path: `lib/${file}`, content: Buffer.from(code(symbol)) }]),
  }
}

function withPlugin(text: string, plugin: PackagedPlugin): string {
  const manifest = decodePackageManifest(text)
  return encodePackageManifest({ ...manifest, plugins: [...manifest.plugins, plugin] })
}

function withSink(text: string, name: string): string {
  const manifest = decodeEngineManifest(text)
  return encodeEngineManifest({
    ...manifest,
    names: { ...manifest.names, sink: [...manifest.names.sink, name] },
  })
}
