import * as fs from 'node:fs'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { type Kind, kinds } from '../plugin/kind.js'
import { arrayOf, objectOf, textOf, textsOf } from '../data/lenient.js'
import { type Engine, EngineRefusal } from './engine.js'

/** A package that is installed in an engine. */
export interface InstalledPackage {
  name: string
  version: string
  sources: string[]
  sinks: string[]
  functions: string[]
}

/** The state of a package's process. */
export interface PackageStatus {
  /** `running`, `initializing`, `error` or `stop`. */
  status: string
  errMsg: string
}

function packageFrom(value: unknown): InstalledPackage {
  const { name, version, sources, sinks, functions } = objectOf(value)
  return {
    name: textOf(name),
    version: textOf(version),
    sources: textsOf(sources),
    sinks: textsOf(sinks),
    functions: textsOf(functions),
  }
}

export async function listPackages(engine: Engine): Promise<InstalledPackage[]> {
  const answer = await engine.json('GET', '/plugins/portables')
  return arrayOf(answer).map(packageFrom)
}

export async function findPackage(engine: Engine, name: string): Promise<InstalledPackage | undefined> {
  return (await listPackages(engine)).find(installed => installed.name === name)
}

const namesIn = ({ sources, sinks, functions }: InstalledPackage): Record<Kind, string[]> => ({
  source: sources,
  sink: sinks,
  function: functions,
})

export interface PackagePlugin {
  kind: Kind
  name: string
}

/** The plugins of a package, by kind. */
export const pluginsIn = (installed: InstalledPackage): PackagePlugin[] =>
  kinds.flatMap(kind => namesIn(installed)[kind].map(name => ({ kind, name })))

export async function packageStatus(engine: Engine, name: string): Promise<PackageStatus> {
  const answer = await engine.json('GET', `/plugins/portables/${name}/status`)
  const { status, errMsg } = objectOf(answer)
  return { status: textOf(status), errMsg: textOf(errMsg) }
}

/**
 * Installs a file that the engine can reach: a path on its own disk or a URL. Throws the engine's own message if it
 * refuses.
 */
export async function installPackage(engine: Engine, name: string, path: string): Promise<void> {
  await sendPackage(engine, 'POST', '/plugins/portables', name, path)
}

/** Replaces a package. The engine deletes the old package before it installs the new one. */
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
  const file = /^\w+:\/\//.test(path) ? path : `file://${path}`
  await engine.send(method, where, { name, file })
}

export async function removePackage(engine: Engine, name: string): Promise<void> {
  await engine.send('DELETE', `/plugins/portables/${name}`)
}

/** The files that were uploaded to an engine, by name, with their paths there. */
export async function listUploads(engine: Engine): Promise<Map<string, string>> {
  const answer = await engine.json('GET', '/config/uploads')
  return new Map(textsOf(answer).map(path => [path.split(/[/\\]/).at(-1) ?? path, path]))
}

/** Uploads a file to an engine and returns its path there. */
export async function upload(
  engine: Engine,
  name: string,
  file: string,
  signal: AbortSignal,
): Promise<string> {
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
    signal,
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
    await engine.send('DELETE', `/config/uploads/${encodeURIComponent(name)}`)
  } catch (error) {
    // It no longer exists, which is the goal.
    if (!(error instanceof EngineRefusal) || error.status >= 500) throw error
  }
}
