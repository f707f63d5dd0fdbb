import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '../../src/kuiperd/free-port.js'

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis) process.stderr.write('redis-server is not installed: the tests that need it are skipped\n')

/** A real server on a free port of the loopback, which keeps every write in `folder`. */
export class RedisServer {
  readonly port: number
  readonly #folder: string
  #child: ChildProcess | undefined

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.port = port
  }

  static async start(folder: string): Promise<RedisServer> {
    const server = new RedisServer(folder, await freePort())
    await server.start()
    return server
  }

  async start(): Promise<void> {
    const options = {
      port: this.port,
      bind: '127.0.0.1',
      dir: this.#folder,
      appendonly: 'yes',
      appendfsync: 'always',
    }
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
    this.#child = child
    for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept')) break
    child.stdout.resume()
  }

  /** Makes the server keep its connections, and answer nothing. */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}
