import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { findAssets } from '../../src/project/assets.js'
import { sentenceOf } from '../../src/problem/problem.js'
import { folderWith } from '../support/folder.js'

const files = {
  'models/a.bin': '',
  'models/b.bin': '',
  'models/deep/c.txt': '',
  '.env': 'TOKEN=1',
  'certs/device.key': '',
  'certs/list.txt': '',
}

const find = (folder: string, ...assets: string[]) => findAssets({ folder, settings: { assets } })

test.each([
  [
    ['models/*.bin', 'models/**'],
    ['models/a.bin', 'models/b.bin', 'models/deep/c.txt'],
  ],
  [['models'], ['models/a.bin', 'models/b.bin', 'models/deep/c.txt']],
  [
    ['models', '!models/deep/**'],
    ['models/a.bin', 'models/b.bin'],
  ],
  [['!models/a.bin', 'models/*'], ['models/b.bin']],
  [['certs/*', '!certs/*.key'], ['certs/list.txt']],
  [
    ['.env', 'certs/device.key'],
    ['.env', 'certs/device.key'],
  ],
  [['**'], ['certs/device.key', 'certs/list.txt', 'models/a.bin', 'models/b.bin', 'models/deep/c.txt']],
])('%j names each file once: %j', (assets, expected) => {
  const { files: found, problems } = find(folderWith(files), ...assets)
  expect(found).toEqual(expected)
  expect(problems.filter(({ code }) => code === 'setting-unused')).toEqual([])
})

test('a pattern that matches nothing is reported', () => {
  expect(find(folderWith(files), 'models/*.bin', 'none/*').problems.map(sentenceOf)).toEqual([
    'The value "none/*" of "kplug.assets" in package.json matches no file',
  ])
})

test.each([['../x'], ['/etc/hostname'], ['models/../../x/*']])('%s leads out of the project', asset => {
  const { files: found, problems } = find(folderWith(files), asset)
  expect(found).toEqual([])
  expect(problems).toMatchObject([
    { subject: { value: asset }, seen: 'lies outside the project', remedy: 'Copy it into the project' },
  ])
})

test('a secret is included only if it is named exactly', () => {
  const { problems } = find(folderWith(files), 'certs/*')
  expect(problems).toMatchObject([
    {
      subject: { value: 'certs/device.key' },
      seen: 'has the name of a secret',
      remedy: 'Name it exactly to carry it, or leave it out with "!certs/device.key"',
    },
  ])
})

test.each(['all', 'models/all'])('a link "%s" out of the project is refused, whatever its target', link => {
  const folder = folderWith(files)
  for (const target of ['/', '/etc/hostname', '/nowhere']) {
    fs.symlinkSync(target, path.join(folder, link))
    expect(find(folder, 'models', 'all').problems[0]).toMatchObject({ subject: { value: link } })
    fs.rmSync(path.join(folder, link))
  }
})

test('a link inside the project is followed, even one that leads to itself', () => {
  const folder = folderWith(files)
  fs.symlinkSync('models', path.join(folder, 'linked'))
  fs.symlinkSync('..', path.join(folder, 'models/deep/up'))
  const { files: found, problems } = find(folder, 'linked/deep/*.txt', 'linked')
  expect(problems).toEqual([])
  expect(found).toContain('linked/deep/c.txt')
})
