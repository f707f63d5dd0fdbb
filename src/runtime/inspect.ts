const address = /^(?:(?:127\.0\.0\.1|localhost|\[::1\]):)?(\d{1,5})$/

/** The port of an address on this machine, such as `9229` or `127.0.0.1:9229`; undefined for any other text. */
export function inspectPort(text: string): number | undefined {
  const port = Number(address.exec(text)?.[1] ?? NaN)
  return port <= 65_535 ? port : undefined
}

/** Lets a debugger connect, on loopback only. Returns the URL for it, or undefined if the port is taken. */
export async function openInspector(port: number): Promise<string | undefined> {
  const inspector = await import('node:inspector')
  // Node.js may have been started with --inspect.
  if (inspector.url() === undefined) inspector.open(port, '127.0.0.1')
  return inspector.url()
}

/**
 * Waits until a debugger has connected, and pauses at the first statement of the next file that is loaded. Call it
 * directly after opening the port: a debugger that connects before this call does not announce itself again.
 */
export async function pauseAtStartOf(url: string): Promise<void> {
  const inspector = await import('node:inspector')
  inspector.waitForDebugger()
  const session = new inspector.Session()
  session.connect()
  session.post('Debugger.enable')
  session.post('Debugger.setBreakpointByUrl', { url, lineNumber: 0 })
}
