const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'the system does not permit it',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  ENOENT: 'it does not exist',
  ENOTDIR: 'it, or a part of its path, is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'something else is there',
  EMFILE: 'too many files are open',
  ELOOP: 'its links go round in a circle',
  ENAMETOOLONG: 'the name is too long',
  EXDEV: 'it is on another file system',
  EADDRINUSE: 'the address is in use',
}

export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string' && 'syscall' in error

/** Says in words why the system refused. */
export function systemReason(error: NodeJS.ErrnoException): string {
  return reasons[error.code ?? ''] ?? error.message
}
