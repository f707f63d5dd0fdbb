import { messageOf } from '../errors/reason.js'
import { systemReason } from '../errors/system-error.js'

const tlsReasons = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

const brokenConnection = 'the connection broke before the response was complete'

const reachReasons: Record<string, string> = {
  ECONNREFUSED:
    'nothing listens there; check that eKuiper is running and that this is the port of its REST service',
  HPE_INVALID_CONSTANT: 'the server there does not speak HTTP',
  EPROTO: 'it does not speak TLS; use "http://"',
}

/** Why an engine cannot be reached. */
export function reachReason(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error)
  const { code = '' }: NodeJS.ErrnoException = error
  if (error.name === 'AbortError') return 'kplug was interrupted'
  if (tlsReasons.has(code))
    return 'its certificate is not signed by a known authority; pass the certificate of the authority with "--ca FILE"'
  return reachReasons[code] ?? (error.message === 'aborted' ? brokenConnection : systemReason(error))
}
