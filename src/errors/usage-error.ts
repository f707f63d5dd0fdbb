/** A command that cannot run: wrong usage or environment. Shown as its one sentence, exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** By name: each command is a bundle with its own copy of the class. */
export const isUsageError = (error: unknown): error is UsageError =>
  error instanceof Error && error.name === 'UsageError'
