import { isObjectLike } from '../data/object.js'

/** Why a plugin was not called. The reason is already in the log, so the error is not logged for each row. */
export class NotCalled extends Error {
  readonly #mark = true

  /** Unlike `instanceof`, this runs no code of a plugin, which may have thrown a proxy. */
  static is(error: unknown): boolean {
    return isObjectLike(error) && #mark in error && error.#mark
  }
}
