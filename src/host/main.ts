import * as path from 'node:path'
import { messageOf } from '../errors/reason.js'
import type { StateStore } from '../state/store.js'
import { Channels } from '../ekuiper/channels.js'
import { guardProcess, kill } from './guard.js'
import { Log } from './log.js'
import { Output } from './output.js'
import { levelFrom } from '../plugin/log-level.js'
import { readPackageManifest } from './manifest.js'
import { inspectPort, openInspector } from '../runtime/inspect.js'
import { PackageHost } from './package-host.js'
import { PluginErrors } from './plugin-errors.js'
import { watchEngine } from './parent.js'
import { deadLettersFile, stateSpec } from './state-place.js'
import { countSeconds } from './heartbeat.js'
import { Notes } from './notes.js'

// The executable of a package. The engine starts it as `NAME '{"sendTimeout":1000}'` in the package's folder, expects a
// handshake, and never asks it to stop.
// After the engine has exited, everything must be closed and the process must exit within 5 s.

// Everything has to be closed, and the process gone, within 5 s after the engine.
const longestEnd = 4000

const folder = path.dirname(__filename)
const manifest = readPackageManifest(folder)
let output: Output | undefined
const log = new Log(
  () => (output ??= new Output(() => void end('its log is closed'))),
  levelFrom(process.env['KPLUG_LOG_LEVEL']) ?? manifest.logLevel ?? 'info',
)
const errors = new PluginErrors(log, path.join(folder, 'lib'))
const name = `package ${manifest.name}`
const ending = new AbortController()
let store: Promise<StateStore> | undefined

const spec = (): string => stateSpec(manifest, folder, process.env)

// Most packages never use state, and loading its code would slow down the start of each.
async function openFirst(): Promise<StateStore> {
  const { openStore } = await import('../state/open.js')
  return openStore(spec(), {
    checkpoint: manifest.checkpoint ?? 1000,
    warn: sentence => log.write('warn', name, sentence),
    signal: ending.signal,
  })
}

function openedStore(): Promise<StateStore> {
  store ??= openFirst()
  store.catch(() => {
    store = undefined
  })
  return store
}

const notesFile = 3

// If the package has a supervisor, it sets these variables and passes two open files.
const enginePid = process.env['KPLUG_ENGINE_PID']
const supervisor = enginePid === undefined ? undefined : process.ppid
const beats = process.env['KPLUG_BEATS']
if (beats !== undefined) countSeconds(Number(beats))

const ownDescriptors = new Set([0, 1, 2, ...(supervisor === undefined ? [] : [notesFile, Number(beats)])])

const engine = watchEngine(
  enginePid === undefined ? undefined : Number(enginePid),
  () => void end('the engine has exited'),
)
const host = new PackageHost(manifest, {
  folder,
  env: process.env,
  channels: new Channels(process.env['KPLUG_CHANNELS'] ?? '/tmp'),
  log,
  errors,
  store: openedStore,
  deadLetters: () => deadLettersFile(manifest, folder, process.env),
  connected: () => {
    engine.check()
    setImmediate(settle)
  },
  notes: new Notes(supervisor === undefined ? undefined : notesFile),
  tookOver: Boolean(process.env['KPLUG_TAKEOVER']),
  isCheck: process.env['KPLUG_CHECK'] === '1',
})
const inspected = process.env['KPLUG_INSPECT']
if (inspected) void letDebuggerIn(inspected)

/** Each package of an engine has its own port: the first one gets the port that was configured. */
async function letDebuggerIn(address: string): Promise<void> {
  const port = inspectPort(address)
  if (port === undefined)
    return log.write(
      'error',
      name,
      `Invalid KPLUG_INSPECT "${address}": use a port of this machine, such as 9229`,
    )
  const url = (await openInspector(port)) ?? (await openInspector(0))
  log.write('info', name, `a debugger can connect to ${url}`)
}

// The engine waits for the handshake, so no plugin is loaded and nothing else is done before it.
let settled = false

function settle(): void {
  if (settled) return
  settled = true
  guardProcess(errors, ownDescriptors)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(`got ${signal}`))
  // Needed even without log lines: a plugin may later close standard output.
  output ??= new Output(() => void end('its log is closed'))
  log.write('info', name, `version ${manifest.version}, state in ${spec()}`)
}

setTimeout(settle, longestEnd)

let ended: Promise<void> | undefined

function end(reason: string): Promise<void> {
  ended ??= close(reason)
  return ended
}

async function close(reason: string): Promise<void> {
  setTimeout(die, longestEnd)
  ending.abort()
  log.write('info', name, `exiting: ${reason}`)
  await host.close()
  await store
    ?.then(opened => opened.close())
    .catch((error: unknown) => log.write('error', name, messageOf(error)))
  die()
}

function die(): void {
  // Otherwise the supervisor would start another host. A supervisor that has exited is no longer the parent.
  if (process.ppid === supervisor) kill(process.ppid, 'SIGKILL')
  kill(process.pid, 'SIGKILL')
}
