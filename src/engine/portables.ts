import * as fs from 'node:fs'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { type Engine, EngineRefusal } from './engine.js'

/** A package that an engine has installed. */
export interface InstalledPackage {
  name: string
  version: string
  sources: string[]
  sinks: string[]
  functions: string[]
}

/** How the process of a package is doing. */
export interface PackageStatus {
  status: string
  errMsg: string
  /** How often each rule uses the package. */
  rules: Record<string, number>
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

function packageFrom(value: unknown): InstalledPackage {
  const { name, version, sources, sinks, functions } = isObject(value) ? value : {}
  return {
    name: textOf(name),
    version: textOf(version),
    sources: textsOf(sources),
    sinks: textsOf(sinks),
    functions: textsOf(functions),
  }
}

/** What an engine says of itself; throws where it is no eKuiper. */
export async function engineVersion(engine: Engine): Promise<string> {
  const answer = await engine.json('GET', '/')
  return isObject(answer) ? textOf(answer['version']) : ''
}

export async function listPackages(engine: Engine): Promise<InstalledPackage[]> {
  const answer = await engine.json('GET', '/plugins/portables')
  return Array.isArray(answer) ? answer.map(packageFrom) : []
}

export async function findPackage(engine: Engine, name: string): Promise<InstalledPackage | undefined> {
  return (await listPackages(engine)).find(installed => installed.name === name)
}

export async function packageStatus(engine: Engine, name: string): Promise<PackageStatus> {
  const answer = await engine.json('GET', `/plugins/portables/${name}/status`)
  const { status, errMsg, refCount } = isObject(answer) ? answer : {}
  const rules = isObject(refCount) ? refCount : {}
  const counts = Object.entries(rules).map(([rule, count]) => [rule, Number(count)] as const)
  return { status: textOf(status), errMsg: textOf(errMsg), rules: Object.fromEntries(counts) }
}

/** Installs a file that the engine can reach: a path on its own disk. Its words come back where it refuses. */
export async function installPackage(engine: Engine, name: string, path: string): Promise<void> {
  await sendPackage(engine, 'POST', '/plugins/portables', name, path)
}

/** Replaces a package: the engine deletes the old one first, whatever becomes of the new one. */
export async function updatePackage(engine: Engine, name: string, path: string): Promise<void> {
  await sendPackage(engine, 'PUT', `/plugins/portables/${name}`, name, path)
}

async function sendPackage(
  engine: Engine,
  method: string,
  where: string,
  name: string,
  path: string,
): Promise<void> {
  const file = path.startsWith('file:') ? path : `file://${path}`
  await engine.accepted({
    method,
    path: where,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, file }),
  })
}

export async function removePackage(engine: Engine, name: string): Promise<void> {
  await engine.accepted({ method: 'DELETE', path: `/plugins/portables/${name}` })
}

/** The files that were sent to an engine, by their names, with the paths that it keeps them under. */
export async function listUploads(engine: Engine): Promise<Map<string, string>> {
  const answer = await engine.json('GET', '/config/uploads')
  return new Map(textsOf(answer).map(path => [path.split(/[/\\]/).at(-1) ?? path, path]))
}

/** Sends a file to an engine and answers the path that it keeps it under. */
export async function upload(engine: Engine, name: string, file: string): Promise<string> {
  const boundary = `kplug-${randomBytes(16).toString('hex')}`
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="uploadFile"; filename="${name}"\r\ncontent-type: application/zip\r\n\r\n`
  const tail = `\r\n--${boundary}--\r\n`
  const { size } = await fs.promises.stat(file)
  const { body } = await engine.accepted({
    method: 'POST',
    path: '/config/uploads',
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + size + tail.length,
    },
    body: Readable.from(joined(head, file, tail)),
  })
  return body.trim().replace(/^"|"$/g, '')
}

async function* joined(head: string, file: string, tail: string): AsyncGenerator<Buffer> {
  yield Buffer.from(head)
  yield* fs.createReadStream(file) as AsyncIterable<Buffer>
  yield Buffer.from(tail)
}

export async function removeUpload(engine: Engine, name: string): Promise<void> {
  try {
    await engine.accepted({ method: 'DELETE', path: `/config/uploads/${encodeURIComponent(name)}` })
  } catch (error) {
    // It is gone already: that is what was wanted.
    if (!(error instanceof EngineRefusal) || error.status >= 500) throw error
  }
}
