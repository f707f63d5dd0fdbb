import type { Level } from '../plugin/log-level.js'
import type { RulePlace } from '../plugin/rule-place.js'
import { SourcePluginContext } from '../runtime/context.js'
import type { SourceContext } from '../runtime/contract.js'
import type { Host } from '../runtime/host.js'
import { openStore } from '../state/open.js'
import type { StateStore } from '../state/store.js'
import { pluginOf } from './exported.js'

/**
 * A line that a plugin wrote to its log.
 *
 * @example
 * const { logs } = await runSink(Print, [{ a: 1 }])
 * const lines: readonly LogLine[] = logs
 * expect(lines).toEqual([{ level: 'info', message: '{"a":1}' }])
 */
export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error'
  message: string
}

/**
 * A real context, with state in memory, that keeps what the plugin logs.
 *
 * @example
 * const ctx: TestContext = createContext({ ruleId: 'rule1' })
 * new Print().collect(ctx, { a: 1 })
 * expect(ctx.logs).toHaveLength(1)
 */
export interface TestContext extends SourceContext {
  readonly funcId: number
  /** The log lines so far. */
  readonly logs: readonly LogLine[]
  /** What the plugin reported with `ctx.error`. */
  readonly errors: readonly unknown[]
}

/**
 * The place in a rule for `createContext`. Default: rule and operator `test`, and both numbers 0.
 *
 * @example
 * const place: TestPlace = { ruleId: 'rule1', opId: '2_project', instanceId: 1, funcId: 0 }
 * expect(createContext(place).instanceId).toBe(1)
 */
export interface TestPlace {
  ruleId?: string
  opId?: string
  instanceId?: number
  funcId?: number
}

const hosts = new WeakMap<TestContext, TestHost>()

class TestHost implements Host {
  readonly logs: LogLine[] = []
  readonly errors: unknown[] = []
  readonly place: RulePlace
  env: Record<string, string> = {}
  readonly assets = '.'
  readonly deadline = 0
  readonly closeLimit = 5000
  #store: Promise<StateStore> | undefined

  constructor({ ruleId = 'test', opId = 'test', instanceId = 0, funcId = 0 }: TestPlace) {
    this.place = { ruleId, opId, instanceId, funcId }
  }

  log(level: Level, message: string): void {
    this.logs.push({ level, message })
  }

  /** One space for all plugins, so that a test can look into the state of the one that it ran. */
  async store(): Promise<StateStore> {
    this.#store ??= openStore('memory', { warn: message => this.log('warn', message) })
    const store = await this.#store
    return { open: () => store.open('function', 'test'), close: () => store.close() }
  }
}

/**
 * Makes a context for calling a plugin's methods directly, or for sharing state between runs.
 *
 * @example
 * const ctx = createContext()
 * await ctx.incrCounter('seen', 2)
 * expect(await ctx.getCounter('seen')).toBe(2)
 */
export function createContext(place: TestPlace = {}): TestContext {
  const host = new TestHost(place)
  const output = { write: () => undefined, error: (reason: unknown) => void host.errors.push(reason) }
  const ctx = new SourcePluginContext(
    { plugin: pluginOf('source', undefined, undefined), place: host.place, host },
    output,
  )
  const { logs, errors } = host
  const context = Object.assign(ctx, { logs, errors })
  hosts.set(context, host)
  return context
}

/** The host of a context, or a new one. */
export function hostOf(context: TestContext | undefined): TestHost {
  const host = hosts.get(context ?? createContext())
  if (host) return host
  throw new TypeError('Cannot use this context: make it with createContext()')
}
