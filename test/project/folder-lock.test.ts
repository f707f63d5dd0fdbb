import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { whileLocked } from '../../src/project/folder-lock.js'
import { folderWith } from '../support/folder.js'

test('a change waits until the process that holds the lock removes it', async () => {
  const folder = folderWith({ '.lock': String(process.pid) })
  let isChanged = false
  const change = whileLocked(folder, () => {
    isChanged = true
  })
  await setImmediate()
  expect(isChanged).toBe(false)
  fs.rmSync(path.join(folder, '.lock'))
  await change
  expect(isChanged).toBe(true)
  expect(fs.readdirSync(folder)).toEqual([])
})

test('the lock of a killed process does not hold', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0'])
  const folder = folderWith({ '.lock': String(pid) })
  await whileLocked(folder, () => {})
  expect(fs.readdirSync(folder)).toEqual([])
})

test('the lock of a killed process does not hold for another one with its id', async () => {
  const folder = folderWith({ '.lock': String(process.pid) })
  const minuteAgo = Date.now() / 1000 - 60
  fs.utimesSync(path.join(folder, '.lock'), minuteAgo, minuteAgo)
  await whileLocked(folder, () => {})
  expect(fs.readdirSync(folder)).toEqual([])
})

test('a change that fails removes its lock', async () => {
  const folder = folderWith({})
  const change = whileLocked(folder, () => {
    throw new Error('no')
  })
  await expect(change).rejects.toThrow('no')
  expect(fs.readdirSync(folder)).toEqual([])
})
