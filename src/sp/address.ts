// The kernel keeps a socket's path in 108 bytes with a zero at the end. Node.js truncates a longer path silently.
const longest = 107

/** Throws unless a unix socket can have this path. */
export function checkPath(path: string): void {
  const length = Buffer.byteLength(path)
  if (length > 0 && length <= longest && !path.includes('\0')) return
  throw new Error(
    length > longest
      ? `Cannot use socket path "${path}": it has ${length} bytes and the limit is ${longest}; choose a shorter path`
      : `Cannot use socket path "${path}": it must name a file`,
  )
}
