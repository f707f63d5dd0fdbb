import * as path from 'node:path'
import type { Command } from 'commander'
import { UsageError } from '../errors/usage-error.js'
import { locatePlugins } from '../project/plugins-folder.js'
import { tokenAdvice } from '../server/access.js'
import { type RunningServer, startServer } from '../server/server.js'
import { asJson } from '../report/json.js'
import { checked } from './arguments.js'
import { untilInterrupted } from './interrupt.js'
import type { ExitCode, Io } from '../io.js'
import { say } from './say.js'
import { aborted } from '../waiting/abort.js'

interface Options {
  plugins?: string
  host: string
  port: string
  token?: string
  json?: boolean
}

export function define(command: Command): void {
  command
    .option(
      '--plugins <dir>',
      'another plugins folder; packages are in dist beside it (default: the project)',
    )
    .option(
      '--host <address>',
      'address to listen on; the default is reachable from this machine only',
      '127.0.0.1',
    )
    .option('--port <number>', 'port to listen on; 0 selects a free one', '9082')
    .option('--token <text>', 'bearer token that clients must send; use KPLUG_TOKEN to hide it from ps')
    .option('--json', 'print the address as JSON')
}

export function run(io: Io, _args: [], options: Options): Promise<ExitCode> {
  return untilInterrupted<ExitCode>(io, async signal => {
    const token = options.token ?? io.env['KPLUG_TOKEN']
    if (token !== undefined) checked(tokenAdvice)(token)
    const plugins = locatePlugins(io.cwd(), options.plugins)
    const server = await startServer({
      folders: { plugins, packages: path.join(plugins, '..', 'dist') },
      host: options.host,
      port: portFrom(options.port),
      token,
      warn: sentence => say(io, sentence),
    })
    announce(io, server, { plugins, token, json: options.json === true })
    await aborted(signal)
    await server.stop()
    return 0
  })
}

interface Announced {
  plugins: string
  token: string | undefined
  json: boolean
}

function announce(io: Io, { url, local }: RunningServer, { plugins, token, json }: Announced): void {
  if (!local) {
    const open = 'without a token, anybody who reaches it can read it; set one with "--token" or KPLUG_TOKEN'
    const kept = 'HTTP is not encrypted, so the network can read the token and the data'
    io.stderr.write(`Other machines can reach ${url}: ${token === undefined ? open : kept}\n`)
  }
  io.stdout.write(json ? asJson({ url }) : `${url}\n`)
  say(io, `Serving ${plugins}: press Ctrl-C to stop`)
}

function portFrom(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new UsageError(`Invalid port "${text}": use a number from 0 to 65535, such as 9082`)
}
