import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { Rep } from '../../src/check/boot/rep.js'
import { Channels } from '../../src/ekuiper/channels.js'
import { unzip } from '../support/unzip.js'

/**
 * Unpacks a package into an empty folder, starts it there with nothing in its environment, and calls its function
 * `compat` as the engine does. Returns the answer.
 */
export async function callPackaged(zip: string, name: string, folder: string): Promise<string> {
  for (const entry of unzip(fs.readFileSync(zip))) {
    const file = path.join(folder, entry.path)
    if (entry.path.endsWith('/')) fs.mkdirSync(file, { recursive: true })
    else fs.writeFileSync(file, entry.content, { mode: entry.mode.endsWith('755') ? 0o755 : 0o644 })
  }
  const channels = new Channels(folder)
  const control = await Rep.listen(channels.control(name))
  const calls = await Rep.listen(channels.function('compat'))
  const child = spawn(path.join(folder, name), ['{"sendTimeout":1000}'], {
    cwd: folder,
    detached: true,
    stdio: 'ignore',
    env: {
      PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
      KPLUG_CHANNELS: folder,
      XDG_STATE_HOME: folder,
    },
  })
  try {
    const start = { symbolName: 'compat', meta: { ruleId: '', opId: '', instanceId: 0 }, pluginType: 'func' }
    const started = await control.ask(JSON.stringify({ cmd: 'start', arg: JSON.stringify(start) }))
    if (started !== 'ok') return started
    const context = JSON.stringify({ ruleId: 'r', opId: 'o', instanceId: 0, funcId: 0 })
    return await calls.ask(JSON.stringify({ func: 'Exec', arg: [1, context] }))
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    control.close()
    calls.close()
  }
}
