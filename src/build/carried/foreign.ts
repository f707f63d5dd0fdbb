import * as fs from 'node:fs'
import * as path from 'node:path'
import { libc } from './platform.js'

// What else could be compiled code is not looked at: reading every file of a package would cost more than it saves.
const compiled = /\.(?:node|so|dll|dylib|exe|bare)$|\.so\.[\d.]+$|^[^.]+$/

/** The number of an ELF machine, by the name that Node has for it. */
const machines: Partial<Record<string, number>> = {
  x64: 62,
  arm64: 183,
  arm: 40,
  ia32: 3,
  riscv64: 243,
  s390x: 22,
}

/** Whether a file is compiled for another kind of machine than this one, by what it says of itself. */
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

/** Windows and macOS programs begin so. */
function isOfAnotherSystem(head: Buffer): boolean {
  const magic = head.readUInt32BE(0)
  return (
    head.toString('latin1', 0, 2) === 'MZ' || [0xcffaedfe, 0xfeedfacf, 0xcafebabe, 0xcefaedfe].includes(magic)
  )
}

/** What it is linked to names the C library: musl's `libc.musl-x86_64.so.1`, and `libc.so.6` of glibc. */
function isOfAnotherLibc(file: string): boolean {
  const content = fs.readFileSync(file)
  const [ours, theirs] = libc() === 'musl' ? ['libc.musl-', 'libc.so.6'] : ['libc.so.6', 'libc.musl-']
  return content.includes(theirs) && !content.includes(ours)
}
