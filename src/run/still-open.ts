const names: Record<string, string> = {
  FSEventWrap: 'a file watcher',
  FSReqCallback: 'a file operation',
  GetAddrInfoReqWrap: 'a name lookup',
  Immediate: 'an immediate',
  MessagePort: 'a message port',
  PipeConnectWrap: 'a pipe',
  PipeServerWrap: 'a pipe server',
  PipeWrap: 'a pipe',
  ProcessWrap: 'a child process',
  SignalWrap: 'a signal handler',
  StatWatcher: 'a file watcher',
  TCPConnectWrap: 'a TCP connection',
  TCPServerWrap: 'a TCP server',
  TCPSocketWrap: 'a TCP connection',
  TLSWrap: 'a TLS connection',
  Timeout: 'a timer',
  UDPWrap: 'a UDP socket',
  Worker: 'a worker thread',
}

/** The new resources that keep a process alive, in words. Both lists are from Node.js. */
export function stillOpen(before: readonly string[], after: readonly string[]): string {
  const left = [...after]
  for (const resource of before) {
    const at = left.indexOf(resource)
    if (at >= 0) left.splice(at, 1)
  }
  const counts = new Map<string, number>()
  for (const resource of left) {
    const name = names[resource] ?? resource
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const parts = [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count} times)`))
  return parts.length === 0 ? 'something' : parts.join(', ')
}
