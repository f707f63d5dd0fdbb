import { messageOf } from './reason.js'

/** Why a call failed: in general, or as something that is true of the file. `remedy` is for a call that writes. */
type Explanation = ({ reason: string } | { is: string }) & { remedy?: string }

const anotherFolder = 'choose another folder'
const permit = `give this user the right to write there, or ${anotherFolder}`

const explanations: Record<string, Explanation> = {
  EACCES: { reason: 'permission denied', remedy: permit },
  EPERM: { reason: 'the system does not permit it', remedy: permit },
  ENOSPC: { reason: 'the disk is full', remedy: 'free some space' },
  EDQUOT: { reason: 'the disk quota is used up', remedy: 'free some space' },
  EFBIG: { reason: 'the file would be larger than its limit allows', remedy: 'raise the limit' },
  EROFS: { reason: 'the file system is read-only', remedy: anotherFolder },
  EIO: { reason: 'the disk failed', remedy: 'check it' },
  ENOENT: { is: 'does not exist' },
  ENOTDIR: { is: 'is not a folder, or lies below a file', remedy: anotherFolder },
  EISDIR: { is: 'is a folder', remedy: 'move it away' },
  EEXIST: { reason: 'something else is there', remedy: anotherFolder },
  EMFILE: { reason: 'too many files are open', remedy: 'raise the limit' },
  ELOOP: { reason: 'its links form a cycle' },
  ENAMETOOLONG: { reason: 'the name is too long', remedy: anotherFolder },
  EXDEV: { is: 'is on another file system' },
  EADDRINUSE: { reason: 'the address is in use' },
  ECONNREFUSED: { reason: 'nothing listens there' },
  ECONNRESET: { reason: 'the connection broke before the response was complete' },
  EHOSTUNREACH: { reason: 'the host is unreachable' },
  ETIMEDOUT: { reason: 'it did not respond in time' },
  ENOTFOUND: { reason: 'no host has this name' },
  EAI_AGAIN: { reason: 'the host name cannot be resolved now' },
}

export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string' && 'syscall' in error

/** Why the system refused, in words. */
export const systemReason = (error: NodeJS.ErrnoException): string =>
  reasonFor('it', error, explanationOf(error))

/** What the system refused, and why, in one sentence. */
export const systemSentence = (error: NodeJS.ErrnoException): string =>
  `Cannot ${error.syscall} ${error.path ?? ''}: ${systemReason(error)}`

/** Why the system refused to write, and what helps; `it` names the file in the sentence. */
export function writeFailure(error: unknown, it = 'it'): string {
  if (!(error instanceof Error)) return messageOf(error)
  const explanation = explanationOf(error)
  const reason = reasonFor(it, error, explanation)
  return explanation?.remedy === undefined ? reason : `${reason}: ${explanation.remedy}`
}

const explanationOf = ({ code = '' }: NodeJS.ErrnoException): Explanation | undefined => explanations[code]

function reasonFor(it: string, { message }: Error, explanation: Explanation | undefined): string {
  if (explanation === undefined) return message
  return 'is' in explanation ? `${it} ${explanation.is}` : explanation.reason
}
