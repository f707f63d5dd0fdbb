import { parseJson } from '../data/parse.js'
import type { Row } from '../data/row.js'
import type { Engine } from '../engine/engine.js'
import { receiveRows } from '../engine/row-receiver.js'
import { ruleStatus, statusLine } from '../engine/rules.js'
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

/** A rule whose rows the test receives. */
export interface ReceivingRule extends TestRule {
  /** Stops receiving rows. */
  close: () => void
}

const longestWait = 20_000

export async function startReceivingRule(engine: Engine, definition: Definition): Promise<ReceivingRule> {
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
  } catch (error) {
    receiver.close()
    throw error
  }
  return {
    rows: count => takeRows(engine, id, rows, count),
    status: () => ruleStatus(engine, id),
    close: receiver.close,
  }
}

async function takeRows(engine: Engine, id: string, rows: Row[], count: number): Promise<Row[]> {
  try {
    await until('the rows come', () => rows.length >= count, longestWait)
  } catch (error) {
    const state = statusLine(await ruleStatus(engine, id))
    const seconds = longestWait / 1000
    throw new Error(`Waited ${seconds} s for ${count} rows: ${rows.length} arrived; ${state}`, {
      cause: error,
    })
  }
  return rows.splice(0, count)
}
