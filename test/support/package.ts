import * as path from 'node:path'
import { onTestFinished } from 'vitest'
import type { Kind } from '../../src/plugin/kind.js'
import { dialControl } from '../../src/host/control.js'
import { Log } from '../../src/host/log.js'
import type { PackageManifest } from '../../src/plugin/package-manifest.js'
import { PackageHost } from '../../src/host/package-host.js'
import type { Surroundings } from '../../src/host/surroundings.js'
import { Notes } from '../../src/host/notes.js'
import { PluginErrors } from '../../src/host/plugin-errors.js'
import { openStore } from '../../src/state/open.js'
import { folderWith } from './folder.js'
import { LogText } from './log-text.js'
import { FakeEngine, Rep } from './fake-channels.js'

/** The code of plugins, by `KIND/SYMBOL`: `{ 'functions/Echo': 'export class Echo { … }' }`. */
type Plugins = Readonly<Record<string, string>>

/** A folder as `kplug pack` fills it, but for the host. */
export function packageFolder(
  plugins: Plugins,
  settings: Partial<PackageManifest> = {},
): { folder: string; manifest: PackageManifest } {
  const manifest = {
    name: 'things',
    version: '1.0.0',
    plugins: Object.keys(plugins).map(packaged),
    state: 'memory',
    ...settings,
  }
  const files = Object.entries(plugins).map(([file, code]) => [`lib/${file}.js`, code])
  const folder = folderWith({
    ...Object.fromEntries(files),
    'lib/package.json': '{"type":"module"}',
    'kplug.json': JSON.stringify(manifest),
  })
  return { folder, manifest }
}

function packaged(file: string) {
  const [kinds = '', symbol = ''] = file.split('/')
  const name = symbol.slice(0, 1).toLowerCase() + symbol.slice(1)
  return { kind: kinds.slice(0, -1) as Kind, name, symbol, version: null, file: `${file}.js` }
}

/** A package at work in this process, with an engine that has greeted it. */
export async function hosted(
  plugins: Plugins,
  settings: Partial<PackageManifest> = {},
  surroundings: Partial<Surroundings> = {},
  engine = new FakeEngine(),
) {
  const control = await engine.control('things')
  const functions = new Map<string, Rep>()
  const { folder, manifest } = packageFolder(plugins, settings)
  for (const { kind, name } of manifest.plugins) {
    if (kind === 'function') functions.set(name, await engine.function(name))
  }
  const written = new LogText()
  const log = new Log(written, 'debug')
  const host = new PackageHost(manifest, {
    folder,
    channels: engine.channels,
    log,
    errors: new PluginErrors(log, path.join(folder, 'lib')),
    store: () => openStore('memory', { warn: () => {} }),
    connected: () => {},
    notes: new Notes(undefined),
    tookOver: false,
    ...surroundings,
  })
  const dialled = dialControl(engine.channels.control(manifest.name), () => Promise.resolve(host))
  onTestFinished(async () => void (await Promise.all([dialled.close(), host.close()])))
  return { engine, control, functions, host, written, folder }
}

/** A package of one function that the engine has greeted; answers what asks it. */
export async function hostedFunction(code: string, settings: Partial<PackageManifest> = {}) {
  const { control, functions, written, folder } = await hosted({ 'functions/Fn': code }, settings)
  const channel = functions.get('fn')
  if (channel === undefined) throw new Error('The function has no channel')
  await Promise.all([control.next(), channel.next()])
  return { channel, written, folder, ask: (request: string) => channel.ask(request) }
}
