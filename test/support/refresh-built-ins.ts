// Rewrites src/ekuiper/built-ins.ts from the sources of eKuiper, the oldest version first:
//   npm run built-ins -- 2.0.0=../ekuiper-2.0.8 2.1.0=../ekuiper-2.1.5 2.2.0=../ekuiper-2.2.4
// The metadata of a running engine does not list all of its functions.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { globSync } from 'tinyglobby'

const kinds = ['source', 'sink', 'function'] as const
type Kind = (typeof kinds)[number]

const registrations: Record<Kind, RegExp> = {
  source: /\bmodules\.Register(?:Lookup)?Source\("(\w+)"/g,
  sink: /\bmodules\.RegisterSink\("(\w+)"/g,
  function: /\bbuiltin(?:s|StatfulFuncs)\["(\w+)"\]\s*=/g,
}

// Plugins that come with the engine, or that other builds of it have.
const more: Record<Kind, readonly string[]> = {
  source: ['can', 'random'],
  sink: ['http', 'tdengine3'],
  function: [],
}

function namesIn(folder: string, kind: Kind): Set<string> {
  const texts = globSync('{internal,extensions}/**/*.go', { cwd: folder })
    .filter(file => !/_test\.go$|mock/.test(file))
    .map(file => fs.readFileSync(path.join(folder, file), 'utf8'))
  return new Set(texts.flatMap(text => [...text.matchAll(registrations[kind])].map(([, name = '']) => name)))
}

/** The names of a kind by the version that brought them. */
function byVersion(kind: Kind): string[] {
  const known = new Set<string>()
  return process.argv.slice(2).flatMap((argument, i) => {
    const [version = '', folder = ''] = argument.split('=')
    const found = new Set([...namesIn(folder, kind), ...(i === 0 ? more[kind] : [])])
    const fresh = [...found].filter(name => !known.has(name)).sort()
    for (const name of fresh) known.add(name)
    return fresh.length === 0 ? [] : [`'${version}': \`${wrapped(fresh)}\`,`]
  })
}

const wrapped = (names: readonly string[]): string =>
  names.length < 5 ? names.join(' ') : `\n${names.join(' ').replace(/(.{1,100})(?: |$)/g, '      $1\n')}    `

const file = path.join(import.meta.dirname, '..', '..', 'src', 'ekuiper', 'built-ins.ts')
const table = kinds.map(kind => `  ${kind}: {\n${byVersion(kind).join('\n')}\n},`).join('\n')
const text = fs.readFileSync(file, 'utf8')
fs.writeFileSync(file, text.replace(/(?<=^const names.*\{\n)[\s\S]*?(?=^\}\n)/m, `${table}\n`))
execFileSync('npx', ['biome', 'format', '--write', file])
