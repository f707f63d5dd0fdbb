import * as os from 'node:os'

let library: 'musl' | 'glibc' | undefined

/** The C library that this Node.js is linked to. Debian may have musl installed beside glibc. */
export const libc = (): 'musl' | 'glibc' => (library ??= findLibrary())

function findLibrary(): 'musl' | 'glibc' {
  if (os.platform() !== 'linux') return 'glibc'
  const report: object = process.report.getReport()
  const header: unknown = Reflect.get(report, 'header')
  return Reflect.has(Object(header), 'glibcVersionRuntime') ? 'glibc' : 'musl'
}

/** The platform that addons installed here are compiled for: `Linux x86_64 glibc`. */
export const machine = (): string => `${os.type()} ${os.machine()} ${libc()}`

/** The Node.js ABI that an addon is compiled for; undefined if it uses Node-API, which does not depend on the ABI. */
export function abiOf(addon: Buffer): string | undefined {
  return addon.includes('napi_') ? undefined : process.versions.modules
}
