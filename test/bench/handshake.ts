import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import { encodeHello } from '../../src/sp/header.js'

// Node 20 reads these certificates at every start, which costs 50 ms.
const { NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env

/** Milliseconds from the start of a package's executable to its handshake. */
export async function handshakeTime(executable: string, name: string): Promise<number> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-handshake-'))
  const server = net.createServer(socket => socket.write(encodeHello('rep')))
  server.listen(path.join(folder, `plugin_${name}.ipc`))
  await once(server, 'listening')
  const start = performance.now()
  const child = spawn(executable, ['{"sendTimeout":1000}'], {
    cwd: path.dirname(executable),
    env: { ...env, KPLUG_CHANNELS: folder },
    stdio: 'ignore',
  })
  const exit = once(child, 'exit')
  const [socket] = (await once(server, 'connection')) as [net.Socket]
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    if (text.includes('handshake')) break
  }
  const time = performance.now() - start
  child.kill('SIGKILL')
  await exit
  server.close()
  fs.rmSync(folder, { recursive: true, force: true })
  return time
}

/** Milliseconds that a Node.js takes which has nothing to do. */
export function nodeTime(): number {
  const start = performance.now()
  spawnSync(process.execPath, ['-e', '0'], { env, stdio: 'ignore' })
  return performance.now() - start
}

/** Megabytes of a Node.js that does nothing. */
export function bareNode(): number {
  const script = "process.stdout.write(require('fs').readFileSync('/proc/self/status', 'utf8'))"
  const { stdout } = spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' })
  return Number(/^VmRSS:\s+(\d+)/m.exec(stdout)?.[1]) / 1024
}
