import * as path from 'node:path'
import type { Channels } from '../ekuiper/channels.js'
import { messageOf } from '../errors/reason.js'
import { levelFrom } from '../plugin/log-level.js'
import type { PackageManifest } from '../plugin/package-manifest.js'
import { inspectPort, openInspector } from '../runtime/inspect.js'
import type { Req } from '../sp/req.js'
import { guardProcess, kill } from './guard.js'
import { countSeconds } from './heartbeat.js'
import { Log } from './log.js'
import { Notes } from './notes.js'
import { Output } from './output.js'
import { PackageHost } from './package-host.js'
import { watchEngine } from './parent.js'
import { PluginErrors } from './plugin-errors.js'
import { deadLettersFile, stateSpec } from './state-place.js'
import { StoreOnDemand } from './store-on-demand.js'

// After the engine has exited, everything must be closed and the process must exit within 5 s.
const longestEnd = 4000

// If the package has a supervisor, it sets these variables and passes two open files.
const notesFile = 3
const { KPLUG_ENGINE_PID: enginePid, KPLUG_BEATS: beats } = process.env

/** A package whose control channel is dialled. */
interface Dialled {
  /** The id of the process that started this one. */
  parent: number
  /** The package's own folder, absolute. */
  folder: string
  manifest: PackageManifest
  channels: Channels
  control: Req
}

/** The process of a package: it runs the package until the engine exits. No plugin is loaded before a command. */
export class HostProcess {
  readonly host: PackageHost
  readonly #supervisor: number | undefined
  readonly #control: Req
  readonly #title: string
  readonly #log: Log
  readonly #store: StoreOnDemand
  readonly #engine: ReturnType<typeof watchEngine>
  readonly #ending = new AbortController()
  #ended: Promise<void> | undefined

  constructor({ parent, folder, manifest, channels, control }: Dialled) {
    const { env } = process
    // Deferred: if nobody reads the log, writing its first line calls this before the constructor has finished, and
    // writing its last line calls it again.
    const end = (reason: string): void => queueMicrotask(() => void this.#end(reason))
    this.#supervisor = enginePid === undefined ? undefined : parent
    this.#control = control
    this.#title = `package ${manifest.name}`
    const level = levelFrom(env['KPLUG_LOG_LEVEL']) ?? manifest.logLevel ?? 'info'
    this.#log = new Log(new Output(() => end('its log is closed')), level)
    const errors = new PluginErrors(this.#log, path.join(folder, 'lib'))
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(`got ${signal}`))
    if (beats !== undefined) countSeconds(Number(beats))
    const spec = stateSpec(manifest, folder, env)
    this.#log.write('info', this.#title, `version ${manifest.version}, state in ${spec}`)
    this.#store = new StoreOnDemand(spec, {
      checkpoint: manifest.checkpoint ?? 1000,
      warn: sentence => this.#log.write('warn', this.#title, sentence),
      signal: this.#ending.signal,
    })
    const engine = enginePid === undefined ? undefined : Number(enginePid)
    this.#engine = watchEngine({ parent, engine }, () => end('the engine has exited'))
    this.host = new PackageHost(manifest, {
      folder,
      env,
      channels,
      log: this.#log,
      errors,
      store: () => this.#store.open(),
      deadLetters: deadLettersFile(manifest, folder, env),
      connected: () => this.#engine.check(),
      notes: new Notes(enginePid === undefined ? undefined : notesFile),
      tookOver: Boolean(env['KPLUG_TAKEOVER']),
      isCheck: env['KPLUG_CHECK'] === '1',
    })
    // Last: what fails before must end the process. No plugin is loaded yet.
    guardProcess(errors, new Set([0, 1, 2, ...(enginePid === undefined ? [] : [notesFile, Number(beats)])]))
    const inspected = env['KPLUG_INSPECT']
    if (inspected) void this.#letDebuggerIn(inspected)
  }

  /** Each package of an engine has its own port: the first one gets the port that was configured. */
  async #letDebuggerIn(address: string): Promise<void> {
    const port = inspectPort(address)
    if (port === undefined)
      return this.#log.write(
        'error',
        this.#title,
        `Invalid KPLUG_INSPECT "${address}": use a port of this machine, such as 9229`,
      )
    const url = (await openInspector(port)) ?? (await openInspector(0))
    this.#log.write('info', this.#title, `a debugger can connect to ${url}`)
  }

  #end(reason: string): Promise<void> {
    this.#ended ??= this.#close(reason)
    return this.#ended
  }

  async #close(reason: string): Promise<void> {
    setTimeout(() => this.#die(), longestEnd)
    this.#ending.abort()
    this.#log.write('info', this.#title, `exiting: ${reason}`)
    await Promise.all([this.#control.close(), this.host.close()])
    await this.#store.close().catch((error: unknown) => {
      this.#log.write('error', this.#title, messageOf(error))
    })
    this.#die()
  }

  #die(): void {
    // Otherwise the supervisor would start another host. A supervisor that has exited is no longer the parent.
    if (process.ppid === this.#supervisor) kill(process.ppid, 'SIGKILL')
    kill(process.pid, 'SIGKILL')
  }
}
