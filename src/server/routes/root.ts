import * as os from 'node:os'
import { page, plain } from '../answer.js'
import { overview, pageHeaders } from '../page.js'
import { prefersHtml } from '../accept.js'
import type { Route, ServerFacts } from '../route.js'
import { info } from '../schemas.js'

// Go's names, because the engine uses them.
const systems: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

export const rootRoute: Route = {
  path: '/',
  summary: 'The server and its start time; for browsers, a page with everything that is served',
  content: { 'text/plain': 'Info', 'text/html': { type: 'string' } },
  steady: false,
  answer({ inventory, server, accept }) {
    const varies = { Vary: 'Accept' }
    if (prefersHtml(accept)) return page(overview(inventory, server.version), { ...pageHeaders, ...varies })
    // The engine calls this JSON plain text.
    return plain(200, JSON.stringify(info.parse(infoOf(server))), varies)
  },
}

const infoOf = ({ version, upTimeSeconds }: ServerFacts) => ({
  name: 'kplug' as const,
  version,
  os: systems[os.platform()] ?? os.platform(),
  arch: architectures[os.arch()] ?? os.arch(),
  upTimeSeconds: upTimeSeconds(),
})
