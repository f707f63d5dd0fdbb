const codes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'ENODEV',
  'ENXIO',
])

/**
 * Whether an error, or one that caused it, says that a network or a device is out of reach. Native addons report a device
 * that they cannot open by its path only.
 */
export function isOutOfReach(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false
  const { code, path } = error as NodeJS.ErrnoException
  if ((code !== undefined && codes.has(code)) || isDevice(path) || / \/dev\/\w/.test(error.message))
    return true
  const causes = error instanceof AggregateError ? error.errors : [error.cause]
  return causes.some(cause => isOutOfReach(cause, depth + 1))
}

const isDevice = (path: string | undefined): boolean => path?.startsWith('/dev/') === true
