import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { checksumOf, type Environment } from '../../src/package/binary/cache.js'
import { fetchBinary } from '../../src/package/binary/fetch.js'
import { folderWith } from '../support/folder.js'

const binary = { package: '@some/tool-linux', version: '1', file: 'bin/tool' }

/** A world whose npm has one version of one package. It notes what it is asked for. */
function registry(version = '1.2.3'): { env: Environment; integrity: string; asked(): string } {
  const folder = folderWith({
    'package/bin/tool': `version ${version}`,
    'bin/npm': `#!/bin/sh
echo "$2" >>"$(dirname "$0")/asked"
cp "$(dirname "$0")/../tool.tgz" "$6"
cat "$(dirname "$0")/../answer.json"
`,
  })
  const archive = path.join(folder, 'tool.tgz')
  execFileSync('tar', ['-czf', archive, '-C', folder, 'package'])
  const integrity = checksumOf(archive)
  fs.writeFileSync(path.join(folder, 'answer.json'), JSON.stringify([{ version, integrity }]))
  fs.chmodSync(path.join(folder, 'bin', 'npm'), 0o755)
  const asked = path.join(folder, 'bin', 'asked')
  return {
    env: { PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin`, XDG_CACHE_HOME: path.join(folder, 'cache') },
    integrity,
    asked: () => (fs.existsSync(asked) ? fs.readFileSync(asked, 'utf8') : ''),
  }
}

test('a program is fetched once, and may be executed', () => {
  const { env, asked } = registry()
  const { file, version } = fetchBinary(binary, env)
  expect(version).toBe('1.2.3')
  expect(fs.readFileSync(file, 'utf8')).toBe('version 1.2.3')
  expect(fs.statSync(file).mode & 0o777).toBe(0o755)
  expect(fetchBinary(binary, env)).toEqual({ file, version })
  expect(asked()).toBe('@some/tool-linux@1\n')
})

test('a program that changed on the disk is fetched again', () => {
  const { env, asked } = registry()
  const { file } = fetchBinary(binary, env)
  fs.appendFileSync(file, 'and more')
  fetchBinary(binary, env)
  expect(fs.readFileSync(file, 'utf8')).toBe('version 1.2.3')
  expect(asked().split('\n')).toHaveLength(3)
})

test('a package with another checksum than the expected one is refused, and not kept', () => {
  const { env, integrity } = registry()
  const expected = { ...binary, integrity: 'sha512-other' }
  expect(() => fetchBinary(expected, env)).toThrow(
    `Cannot fetch @some/tool-linux@1: its checksum is ${integrity}, expected sha512-other`,
  )
  expect(fs.existsSync(env['XDG_CACHE_HOME'] ?? '')).toBe(false)
  expect(fetchBinary({ ...binary, integrity }, env)).toMatchObject({ version: '1.2.3' })
  expect(() => fetchBinary(expected, env)).toThrow('its checksum is')
})

test("npm's message is the reason of a failure", () => {
  const folder = folderWith({
    npm: `#!/bin/sh
echo '{
  "error": {
    "code": "ETARGET",
    "summary": "No matching version found for @some/tool-linux@1.",
    "detail": "…"
  }
}'
exit 1
`,
  })
  fs.chmodSync(path.join(folder, 'npm'), 0o755)
  const env = { PATH: `${folder}:/usr/bin:/bin`, XDG_CACHE_HOME: folder }
  expect(() => fetchBinary(binary, env)).toThrow(
    'Cannot fetch @some/tool-linux@1: npm: No matching version found for @some/tool-linux@1; use "--node FILE"',
  )
  expect(() => fetchBinary(binary, { ...env, PATH: '/nowhere' })).toThrow('npm: spawnSync npm ENOENT')
})
