const notFound = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])

/** The package that Node.js did not find, if that is why an import failed. Only the message of the error names it. */
export function missingPackageOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !notFound.has(String(error.code))) return undefined
  return /^Cannot find (?:package|module) '([^'./][^']*)'/.exec(error.message)?.[1]
}
