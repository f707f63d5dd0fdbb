import * as fs from 'node:fs'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { folderOf, kinds } from '../plugin/kind.js'
import type { PluginId } from '../plugin/plugin-id.js'
import { arrayOf, objectOf, textOf, textsOf } from '../data/lenient.js'
import { type Engine, EngineRefusal } from './engine.js'

/** A package that is installed in an engine. */
export interface InstalledPackage {
  name: string
  version: string
  plugins: PluginId[]
}

/** The state of a package's process. */
export interface PackageStatus {
  /** `running`, `initializing`, `error` or `stop`. */
  status: string
  errMsg: string
  /** The rules that use it. */
  rules: string[]
}

function packageFrom(value: unknown): InstalledPackage {
  const { name, version, ...names } = objectOf(value)
  const plugins = kinds.flatMap(kind =>
    textsOf(names[folderOf(kind)]).map(plugin => ({ kind, name: plugin })),
  )
  return { name: textOf(name), version: textOf(version), plugins }
}

/** The names of the sources of a package. */
export const sourcesIn = ({ plugins }: InstalledPackage): string[] =>
  plugins.filter(({ kind }) => kind === 'source').map(({ name }) => name)

export async function listPackages(engine: Engine): Promise<InstalledPackage[]> {
  const answer = await engine.json('GET', '/plugins/portables')
  return arrayOf(answer).map(packageFrom)
}

export async function findPackage(engine: Engine, name: string): Promise<InstalledPackage | undefined> {
  return (await listPackages(engine)).find(installed => installed.name === name)
}

const pathOf = (name: string): string => `/plugins/portables/${name}`

export async function packageStatus(engine: Engine, name: string): Promise<PackageStatus> {
  const answer = await engine.json('GET', `${pathOf(name)}/status`)
  const { status, errMsg, refCount } = objectOf(answer)
  return { status: textOf(status), errMsg: textOf(errMsg), rules: Object.keys(objectOf(refCount)) }
}

const longestRelease = 5000
const betweenLooks = 50

/**
 * Waits until a removed rule uses a package no more, because the engine removes a rule before it stops its plugins. It
 * would start them again in a package that is installed meanwhile. A source that hangs is not waited for. A package that
 * is no longer installed has no rules.
 */
export async function released(engine: Engine, name: string, rule: string): Promise<void> {
  const end = performance.now() + longestRelease
  while (performance.now() < end && (await rulesOf(engine, name)).includes(rule))
    await setTimeout(betweenLooks)
}

async function rulesOf(engine: Engine, name: string): Promise<string[]> {
  try {
    return (await packageStatus(engine, name)).rules
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 404) return []
    throw error
  }
}

/**
 * Installs a file that the engine can reach: a path on its own disk or a URL. The engine deletes an installed package
 * before it installs its replacement. Throws the engine's own message if it refuses.
 */
export async function installPackage(
  engine: Engine,
  name: string,
  path: string,
  installed?: InstalledPackage,
): Promise<void> {
  const file = /^\w+:\/\//.test(path) ? path : `file://${path}`
  if (installed === undefined) await engine.send('POST', '/plugins/portables', { name, file })
  else await engine.send('PUT', pathOf(name), { name, file })
}

export async function removePackage(engine: Engine, name: string): Promise<void> {
  await engine.send('DELETE', pathOf(name))
}

/** Removes a package that may not be installed. */
export const discardPackage = (engine: Engine, name: string): Promise<void> => engine.discard(pathOf(name))

/** The files that were uploaded to an engine, with their paths there. */
export const listUploads = async (engine: Engine): Promise<string[]> =>
  textsOf(await engine.json('GET', '/config/uploads'))

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

export const removeUpload = (engine: Engine, name: string): Promise<void> =>
  engine.discard(`/config/uploads/${encodeURIComponent(name)}`)
