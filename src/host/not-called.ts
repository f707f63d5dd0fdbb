import { isObjectLike } from '../data/object.js'

/** Why a plugin was not called at all. The log has said it, so the error is not logged again for each row. */
export class NotCalled extends Error {
  readonly #mark = true

  /** Unlike `instanceof`, this runs no code of a plugin, which may have thrown a proxy. */
  static is(error: unknown): boolean {
    return isObjectLike(error) && #mark in error && error.#mark
  }
}
