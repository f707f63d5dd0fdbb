import * as fs from 'node:fs'
import * as os from 'node:os'

/** Whether the C library of this machine is musl. */
export const musl =
  os.platform() === 'linux' && fs.readdirSync('/lib').some(file => file.startsWith('ld-musl-'))

/** The kind of machine that addons installed here are compiled for: `Linux x86_64 glibc`. */
export const machine = (): string => `${os.type()} ${os.machine()} ${musl ? 'musl' : 'glibc'}`

/** The ABI of Node that an addon is compiled for; undefined for one that uses Node-API, which has none. */
export function abiOf(addon: Buffer): string | undefined {
  return addon.includes('napi_') ? undefined : process.versions.modules
}
