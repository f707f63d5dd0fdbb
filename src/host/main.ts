import * as fs from 'node:fs'
import * as path from 'node:path'
import { Channels } from '../ekuiper/channels.js'
import { decodePackageManifest, manifestFile } from '../plugin/package-manifest.js'
import { dialControl } from './control.js'

// The executable of a package. The engine starts it as `NAME '{"sendTimeout":1000}'` in the package's folder, expects a
// handshake, and never asks it to stop. Here is only what the handshake needs: V8 would read everything else before it.

// Read now: the process that started this one may exit before the rest is loaded.
const parent = process.ppid
const folder = path.dirname(__filename)
const manifest = decodePackageManifest(fs.readFileSync(path.join(folder, manifestFile), 'utf8'))
const channels = new Channels(process.env['KPLUG_CHANNELS'] ?? '/tmp')

const control = dialControl(channels.control(manifest.name), async () => {
  const { HostProcess } = await import('./host-process.js')
  return new HostProcess({ parent, folder, manifest, channels, control }).host
})
