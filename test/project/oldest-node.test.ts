import * as fs from 'node:fs'
import * as path from 'node:path'
import { satisfies } from 'semver'
import { expect, test } from 'vitest'
import { oldestNode } from '../../src/project/oldest-node.js'
import { repository } from '../support/binary.js'

interface Locked {
  dev?: boolean
  engines?: { node?: string }
}

const read = (file: string): unknown => JSON.parse(fs.readFileSync(path.join(repository, file), 'utf8'))

test('package.json and the installer of a package name the oldest Node.js', () => {
  expect(read('package.json')).toMatchObject({ engines: { node: `>=${oldestNode}` } })
  const installer = fs.readFileSync(path.join(repository, 'templates', 'package', 'install.sh'), 'utf8')
  expect(installer).toContain(`Node.js ${oldestNode.replace(/\.0$/, '')} or newer`)
})

// Yarn installs nothing if one of them demands a newer Node.js. It takes the newest version in each range, so
// inquirer stays at 12: what the later ones depend on has dropped Node.js 20 within its range.
test('everything that is installed with kplug supports the oldest Node.js', () => {
  const { packages } = read('package-lock.json') as { packages: Record<string, Locked> }
  const installed = Object.entries(packages).filter(([, { dev }]) => dev !== true)
  const demanding = installed.filter(([, { engines }]) => !satisfies(oldestNode, engines?.node ?? '*'))
  expect(installed.length).toBeGreaterThan(5)
  expect(demanding.map(([name]) => name)).toEqual([])
})
