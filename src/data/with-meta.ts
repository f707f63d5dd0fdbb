import { isObjectLike } from './object.js'
import type { Row } from './row.js'

// Each plugin's bundle has its own copy of this module. Symbol.for gives all copies the same mark.
const mark: unique symbol = Symbol.for('kplug.withMeta')

/**
 * A row and its metadata, made by `withMeta`.
 *
 * @example
 * const reading: RowWithMeta = withMeta({ celsius: 21.5 }, { topic: 'hall/1' })
 * expect(reading.row).toEqual({ celsius: 21.5 })
 */
export interface RowWithMeta {
  readonly [mark]: true
  readonly row: Row
  readonly meta: Row
}

/**
 * Attaches metadata to a row that a source yields. SQL reads it with `meta(key)`.
 *
 * @example
 * export class Readings implements Source {
 *   *open() {
 *     yield withMeta({ celsius: 21.5 }, { topic: 'hall/1' })
 *   }
 * }
 * const { metas } = await runSource(Readings)
 * expect(metas).toEqual([{ topic: 'hall/1' }])
 */
export function withMeta(row: Row, meta: Row): RowWithMeta {
  return { [mark]: true, row, meta }
}

export const hasMeta = (value: Row | RowWithMeta): value is RowWithMeta =>
  isObjectLike(value) && mark in value
