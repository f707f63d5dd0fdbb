import * as fs from 'node:fs'
import * as path from 'node:path'
import { libc } from './platform.js'

// Other extensions are not examined: reading every file of a package would cost more than it helps.
const compiled = /\.(?:node|so|dll|dylib|exe|bare)$|\.so\.[\d.]+$|^[^.]+$/

/** The machine number in an ELF file, by Node's name of the architecture. */
const machines: Partial<Record<string, number>> = {
  x64: 62,
  arm64: 183,
  arm: 40,
  ia32: 3,
  riscv64: 243,
  s390x: 22,
}

/** Whether a file is compiled for another platform than this one, according to its header. */
export function isForeign(file: string): boolean {
  if (!compiled.test(path.basename(file)) || process.platform !== 'linux') return false
  const head = Buffer.alloc(20)
  const descriptor = fs.openSync(file, 'r')
  try {
    if (fs.readSync(descriptor, head, 0, 20, 0) < 20) return false
  } finally {
    fs.closeSync(descriptor)
  }
  if (head.readUInt32BE(0) !== 0x7f454c46) return isOfAnotherSystem(head)
  const machine = head[5] === 1 ? head.readUInt16LE(18) : head.readUInt16BE(18)
  return machine !== machines[process.arch] || isOfAnotherLibc(file)
}

/** The first bytes of Windows and macOS programs. */
function isOfAnotherSystem(head: Buffer): boolean {
  const magic = head.readUInt32BE(0)
  return (
    head.toString('latin1', 0, 2) === 'MZ' || [0xcffaedfe, 0xfeedfacf, 0xcafebabe, 0xcefaedfe].includes(magic)
  )
}

/** The linked libraries name the C library: musl's `libc.musl-x86_64.so.1`, or glibc's `libc.so.6`. */
function isOfAnotherLibc(file: string): boolean {
  const content = fs.readFileSync(file)
  const [ours, theirs] = libc() === 'musl' ? ['libc.musl-', 'libc.so.6'] : ['libc.so.6', 'libc.musl-']
  return content.includes(theirs) && !content.includes(ours)
}
