import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../../src/kuiperd/free-port.js'
import { folderWith } from './folder.js'

export const hasPostgres = spawnSync('pg_ctl', ['--version']).status === 0

// The server refuses to run as root; this is the user "nobody".
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

/** Runs something with a real PostgreSQL on a free port of the loopback, whose URL it gets. */
export async function withPostgres(run: (url: string) => Promise<void>): Promise<void> {
  const folder = folderWith()
  const data = path.join(folder, 'data')
  if (user.uid !== undefined) fs.chownSync(folder, user.uid, user.gid)
  const options = { cwd: folder, ...user }
  execFileSync('pg_ctl', ['initdb', '-D', data, '-o', '--auth=trust --username=me --no-sync'], options)
  const port = String(await freePort())
  const args = ['-D', data, '-p', port, '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-F']
  const server = spawn('postgres', args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(server, 'exit')
  try {
    for await (const line of createInterface(server.stderr)) if (line.includes('ready to accept')) break
    server.stderr.resume()
    await run(`postgres://me@127.0.0.1:${port}/postgres`)
  } finally {
    server.kill('SIGINT')
    await ended
  }
}
