import { messageOf } from '../errors/reason.js'
import * as path from 'node:path'
import { types } from 'node:util'
import type { FunctionContext, Logger, SinkContext, SourceContext } from './contract.js'
import type { Row } from '../data/row.js'
import type { Level } from '../plugin/log-level.js'
import type { Placement } from './placement.js'
import { stateOnDemand } from './plugin-state.js'
import { PlaceState } from '../state/place-state.js'
import { Holdings } from './shared.js'
import { fillTemplate } from './template.js'
import { FairShare, yieldToEventLoop } from './fair-share.js'
import { aborted, sleep, Waits } from '../waiting/abort.js'

/** The context of a plugin of any kind. It has many small methods, because it is what authors use of kplug. */
export class PluginContext extends PlaceState implements SinkContext, FunctionContext {
  readonly logger: Logger
  readonly ruleId: string
  readonly opId: string
  readonly instanceId: number
  readonly funcId: number
  readonly #controller = new AbortController()
  readonly #another: () => PluginContext
  readonly #fail: (message: string, error: unknown) => void
  readonly #assets: string
  readonly #holdings: Holdings
  #left = false

  constructor(placement: Placement, holdings = new Holdings()) {
    const { host, plugin, place } = placement
    super(stateOnDemand(host, plugin), place)
    this.#holdings = holdings
    this.#another = () => new PluginContext(placement, holdings)
    this.#fail = (message, error) => host.log('error', message, plugin, place, error)
    const log = (level: Level) => (message: string) => host.log(level, message, plugin, place)
    this.logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
    this.ruleId = place.ruleId
    this.opId = place.opId
    this.instanceId = place.instanceId
    this.funcId = place.funcId ?? 0
    this.#assets = host.assets
  }

  /** Aborts this context, whose call took too long, and returns one for the next calls. */
  renew(): PluginContext {
    this.abort(new Error('The call took too long'))
    return this.#another()
  }

  /** Logs a failure of this plugin that no row can report. */
  failed(what: string, error: unknown): void {
    this.#fail(`${what} failed: ${messageOf(error)}`, error)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason)
  }

  /** Stops code that still runs after `close`: whatever it awaits from this context never resolves. */
  leave(): void {
    this.#left = true
  }

  sleep(ms: number): Promise<void> {
    return this.signal.aborted ? this.rest() : sleep(ms, this.signal)
  }

  /**
   * A pause for a plugin that continues after its signal: a loop that never checks the signal must not block other
   * plugins.
   */
  protected rest(): Promise<void> {
    return this.#left ? new Promise(() => {}) : yieldToEventLoop()
  }

  shared<T>(key: string, open: () => T | Promise<T>, close: (value: T) => unknown): Promise<T> {
    return this.#holdings.take(key, open, close)
  }

  /** Releases shared resources when the instance is closed. */
  release(): Promise<void> {
    return this.#holdings.release()
  }

  template(text: string, row: unknown): string {
    return fillTemplate(text, row)
  }

  asset(file: string): string {
    const found = path.resolve(this.#assets, file)
    const below = path.relative(this.#assets, found)
    const outside = below === '' || below.split(path.sep)[0] === '..' || path.isAbsolute(below)
    if (!outside) return found
    throw new RangeError(`Cannot use asset "${file}": it lies outside the plugin's folder`)
  }
}

/** The destination of the rows of a source. */
export interface RowOutput {
  /** Takes a row. Returns a promise if the next row has to wait. Throws for anything but a row. */
  write(row: Row, meta: Row | undefined): Promise<void> | undefined
  /** Takes an error. The source continues. */
  error(reason: unknown): void
}

const ready = Promise.resolve()

export class SourcePluginContext extends PluginContext implements SourceContext {
  readonly closed: Promise<void>
  readonly #output: RowOutput
  readonly #share = new FairShare()
  readonly #waits = new Waits(this.signal)

  constructor(placement: Placement, output: RowOutput) {
    super(placement)
    this.#output = output
    this.closed = aborted(this.signal)
  }

  emit(row: Row, meta?: Row): Promise<void> {
    try {
      return this.put(row, meta) ?? ready
    } catch (error) {
      return Promise.reject(types.isNativeError(error) ? error : new Error(messageOf(error)))
    }
  }

  /** Like `emit`, without a promise if there is nothing to wait for. */
  put(row: Row, meta?: Row): Promise<void> | undefined {
    if (this.signal.aborted) return this.rest()
    const wait = this.#output.write(row, meta)
    return wait ? this.#waits.until(wait) : this.#share.next()
  }

  error(reason: unknown): void {
    this.#output.error(reason)
  }
}
