import { expect, test } from 'vitest'
import { machine } from '../../src/build/carried/platform.js'
import { checkNative } from '../../src/check/package/native.js'
import type { NodeProgram } from '../../src/load/node-program.js'
import type { PackageContents } from '../../src/package/contents.js'
import { clauseOf } from '../../src/problem/problem.js'

const node: NodeProgram = { file: '/node', version: '22.1.0', abi: '127' }

/** A package of which only this is looked at. */
function packageWith(files: Record<string, string>): PackageContents {
  const texts = new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))
  const entries = Object.keys(files).map(name => ({
    name,
    path: name,
    isFolder: false,
    mode: 0o100644,
    method: 0,
    encrypted: false,
    size: 0,
  }))
  return { entries, texts, damaged: new Set(), sums: new Map() }
}

const here = `${machine()}\n`

test.each<[files: Record<string, string>, sentence: string | undefined]>([
  [{}, undefined],
  [{ 'lib/native-platform': here }, undefined],
  [{ 'lib/native-platform': here, 'lib/native-abi': '127\n' }, undefined],
  [{ 'lib/native-platform': here, 'lib/native-abi': '115\n', node: '' }, undefined],
  [
    { 'lib/native-platform': 'Linux s390x musl\n', 'lib/native-abi': '115\n' },
    `the zip holds native code for Linux s390x musl, and this machine is ${machine()}; run the check on such a machine, or pack on one like this`,
  ],
  [
    { 'lib/native-platform': here, 'lib/native-abi': '115\n' },
    'the zip holds native code for Node.js with ABI 115, and Node.js 22.1.0 has ABI 127; pack with that Node.js, or run the check on the one that packed: `--node VERSION`',
  ],
])('a package with %j', (files, sentence) => {
  const problems = checkNative(packageWith(files), node)
  expect(problems.map(clauseOf)).toEqual(sentence === undefined ? [] : [sentence])
})
