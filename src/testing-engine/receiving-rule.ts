import { parseJson } from '../data/parse.js'
import type { Row } from '../data/row.js'
import type { Engine } from '../engine/engine.js'
import { receiveRows, type RowReceiver } from '../engine/row-receiver.js'
import { type RuleStatus, ruleStatus, statusLine } from '../engine/rules.js'
import { ruleFrom, statementsOf } from '../engine/sql.js'
import { createTemporarily } from '../engine/temporary-rule.js'
import { until } from '../waiting/until.js'
import type { RuleOptions, TestRule } from './types.js'

interface Definition extends RuleOptions {
  id: string
  sql: string
  /** The sink of an installed package that posts rows to a URL. */
  rowSink: string
}

const longestWait = 20_000

/** A rule whose rows the test receives. */
export class ReceivingRule implements TestRule {
  readonly #engine: Engine
  readonly #id: string
  readonly #receiver: RowReceiver
  readonly #rows: Row[]

  private constructor(engine: Engine, id: string, receiver: RowReceiver, rows: Row[]) {
    this.#engine = engine
    this.#id = id
    this.#receiver = receiver
    this.#rows = rows
  }

  static async create(engine: Engine, definition: Definition): Promise<ReceivingRule> {
    const { id, rowSink, actions = [], options } = definition
    const { creating, select: sql } = ruleFrom(statementsOf(definition.sql))
    const rows: Row[] = []
    // The row sink posts the rows of a rule, one by one.
    const receiver = await receiveRows(row => rows.push(parseJson(row) as Row))
    try {
      await createTemporarily(engine, creating, {
        id,
        sql,
        actions: [{ [rowSink]: { url: receiver.url, sendSingle: true } }, ...actions],
        options: { disableBufferFullDiscard: true, ...options },
      })
      return new ReceivingRule(engine, id, receiver, rows)
    } catch (error) {
      receiver.close()
      throw error
    }
  }

  async rows(count: number): Promise<Row[]> {
    try {
      await until('the rows come', () => this.#rows.length >= count, longestWait)
    } catch (error) {
      const state = statusLine(await this.status())
      throw new Error(
        `Waited ${longestWait / 1000} s for ${count} rows: ${this.#rows.length} arrived; ${state}`,
        {
          cause: error,
        },
      )
    }
    return this.#rows.splice(0, count)
  }

  status(): Promise<RuleStatus> {
    return ruleStatus(this.#engine, this.#id)
  }

  close(): void {
    this.#receiver.close()
  }
}
