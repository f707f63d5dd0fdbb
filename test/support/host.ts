import type { RowOutput } from '../../src/runtime/context.js'
import type { Row } from '../../src/data/row.js'
import type { Host } from '../../src/runtime/host.js'
import type { Level } from '../../src/plugin/log-level.js'
import type { Plugin } from '../../src/runtime/plugin.js'
import { openStore } from '../../src/state/open.js'
import type { StateStore } from '../../src/state/store.js'
import type { RulePlace } from '../../src/plugin/rule-place.js'

/** A host of plain values: state in memory, logs in a list, limits that a test can make short. */
export class FakeHost implements Host {
  readonly logs: string[] = []
  readonly assets: string
  readonly deadline: number
  readonly closeLimit: number
  #store: Promise<StateStore> | undefined

  constructor({ assets = '/assets', deadline = 0, closeLimit = 5000 } = {}) {
    this.assets = assets
    this.deadline = deadline
    this.closeLimit = closeLimit
  }

  log(level: Level, message: string, _plugin: Plugin, place: RulePlace): void {
    this.logs.push(`${place.ruleId} ${level}: ${message}`)
  }

  store(): Promise<StateStore> {
    this.#store ??= openStore('memory', { warn: sentence => this.logs.push(sentence) })
    return this.#store
  }
}

export const placeIn = (ruleId: string): RulePlace => ({ ruleId, opId: 'op', instanceId: 0, funcId: 0 })

export const pluginOf = (kind: Plugin['kind'], exported: unknown): Plugin => ({
  kind,
  name: 'probe',
  exported,
  config: undefined,
})

/** Takes rows at once, and remembers them. */
export class TakenRows implements RowOutput {
  readonly rows: Row[] = []
  readonly errors: unknown[] = []

  write(row: Row): undefined {
    this.rows.push(row)
  }

  error(reason: unknown): void {
    this.errors.push(reason)
  }
}

/** Has every row wait until the test lets it go on. */
export class SlowRows implements RowOutput {
  readonly rows: Row[] = []
  #goOn = (): void => {}

  write(row: Row): Promise<void> {
    this.rows.push(row)
    return new Promise(resolve => (this.#goOn = resolve))
  }

  error(): void {}

  takeNext(): void {
    this.#goOn()
  }
}

/** Lets everything run that can run without waiting for anything. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve))
}
