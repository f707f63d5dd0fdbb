// Writes src/ekuiper/built-ins.ts anew from what a running eKuiper tells of itself:
//   npm run built-ins -- http://127.0.0.1:9081
import * as fs from 'node:fs'
import { get } from 'node:http'
import * as path from 'node:path'
import { json } from 'node:stream/consumers'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'

const engine = process.argv[2] ?? 'http://127.0.0.1:9081'

// In the engine's source (internal/binder/io), but not in every build, or without metadata.
const more = {
  source: ['edgex', 'kafka', 'redis', 'redisSub', 'sql', 'video', 'zmq', 'random', 'can'],
  sink: ['kafka', 'sql', 'influx', 'influx2', 'tdengine3', 'image', 'zmq', 'http'],
  function: [],
}

async function fetchJson(where: string): Promise<unknown> {
  const [response]: [IncomingMessage] = (await once(get(`${engine}${where}`), 'response')) as [
    IncomingMessage,
  ]
  return json(response)
}

interface Named {
  name: string
}

const namesOf = (list: readonly Named[]): string[] => list.map(({ name }) => name)

async function lists(): Promise<Record<string, string[]>> {
  const sources = (await fetchJson('/metadata/sources')) as Named[]
  const sinks = (await fetchJson('/metadata/sinks')) as Named[]
  const functions = (await fetchJson('/metadata/functions')) as { functions: Named[] }[]
  return {
    source: [...namesOf(sources), ...more.source],
    sink: [...namesOf(sinks), ...more.sink],
    function: functions.flatMap(group => namesOf(group.functions)),
  }
}

const literal = (names: readonly string[]): string =>
  [...new Set(names)]
    .sort()
    .map(name => `'${name}'`)
    .join(', ')

const found = await lists()
const text = `import type { Kind } from './kind.js'

// What eKuiper has built in: it installs a plugin of such a name without a word, and then one of the two is hidden.
// From the metadata of eKuiper 2.4, and from the list of its connectors for what a build may leave out;
// test/built-ins/refresh.ts wrote this file.
const names: Record<Kind, readonly string[]> = {
${Object.entries(found)
  .map(([kind, list]) => `  ${kind}: [${literal(list)}],`)
  .join('\n')}
}

/** Whether eKuiper has a source, sink or function of this name itself. It tells functions apart without letter case. */
export function isBuiltIn(kind: Kind, name: string): boolean {
  if (kind !== 'function') return names[kind].includes(name)
  return names.function.some(known => known.toLowerCase() === name.toLowerCase())
}
`
fs.writeFileSync(path.join(import.meta.dirname, '..', '..', 'src', 'ekuiper', 'built-ins.ts'), text)
