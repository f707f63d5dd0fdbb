import * as os from 'node:os'

let library: 'musl' | 'glibc' | undefined

/** The C library that the Node.js here is linked to. A Debian may have musl installed beside its own. */
export const libc = (): 'musl' | 'glibc' => (library ??= findLibrary())

function findLibrary(): 'musl' | 'glibc' {
  if (os.platform() !== 'linux') return 'glibc'
  const report: object = process.report.getReport()
  const header: unknown = Reflect.get(report, 'header')
  return Reflect.has(Object(header), 'glibcVersionRuntime') ? 'glibc' : 'musl'
}

/** The kind of machine that addons installed here are compiled for: `Linux x86_64 glibc`. */
export const machine = (): string => `${os.type()} ${os.machine()} ${libc()}`

/** The ABI of Node that an addon is compiled for; undefined for one that uses Node-API, which has none. */
export function abiOf(addon: Buffer): string | undefined {
  return addon.includes('napi_') ? undefined : process.versions.modules
}
