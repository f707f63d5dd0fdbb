import { missingPackageOf } from '../errors/missing-package.js'
import { isOutOfReach } from '../errors/out-of-reach.js'
import { messageOf } from '../errors/reason.js'
import { PropertiesError } from '../runtime/config/props.js'
import type { StartRefusal } from '../ekuiper/protocol.js'

/** The built file of a plugin cannot be loaded. The error of its import is the cause. */
export class LoadError extends Error {
  override name = 'LoadError'
}

/** Converts an error into the reason why a plugin is not started. */
export function startRefusalOf(error: unknown): StartRefusal {
  const reason = messageOf(error)
  if (error instanceof LoadError) {
    const missing = missingPackageOf(error.cause)
    const cause = messageOf(error.cause)
    return missing === undefined
      ? { code: 'load-failed', reason: cause }
      : { code: 'package-missing', reason: cause, package: missing }
  }
  if (error instanceof PropertiesError)
    return { code: error.onlyMissing ? 'properties-missing' : 'properties-wrong', reason }
  return { code: isOutOfReach(error) ? 'out-of-reach' : 'failed', reason }
}
