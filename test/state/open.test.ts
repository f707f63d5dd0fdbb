import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/state/open.js'
import { temporaryFolder } from '../support/temporary.js'

const warn = (sentence: string): void => {
  throw new Error(sentence)
}

describe('the address of a state', () => {
  test.each([
    '',
    'memory:',
    'file',
    'file:',
    'redis:',
    'redis://',
    'http://a/b',
    'Memory',
    'redis://[',
    'sqlite:x',
  ])('%j is refused with the three forms', async spec => {
    await expect(openStore(spec, { warn })).rejects.toThrow(
      `Invalid state "${spec}": use "memory", "file:DIR" or "redis://HOST:PORT/PREFIX"`,
    )
  })

  test('a password in it is not shown', async () => {
    await expect(openStore('reddis://me:secret@host/p', { warn })).rejects.toThrow('"reddis://***@host/p"')
  })

  test.each([0, -1, Number.NaN, 2 ** 31])('a checkpoint every %d ms is refused', async checkpoint => {
    await expect(openStore('memory', { warn, checkpoint })).rejects.toThrow(
      `Invalid checkpoint "${checkpoint}": use milliseconds above 0, "always" or "off"`,
    )
  })
})

describe('the folder of a state', () => {
  test('is created if it is missing, and only its own part is locked', async () => {
    const folder = path.join(temporaryFolder(), 'deep', 'er')
    const one = await openStore(`file:${folder}`, { warn })
    const two = await openStore(`file:${folder}`, { warn, lockWait: 0 })
    await one.open('source', 'f')
    await two.open('function', 'f')
    await two.open('function', 'g')
    expect(fs.existsSync(path.join(folder, 'function', 'g', 'journal-1'))).toBe(true)
    await expect(two.open('source', 'f')).rejects.toThrow(
      `Cannot open the state in "${path.join(folder, 'source', 'f')}": this process (${process.pid}) has it open, and did not close it within 0 ms`,
    )
    await one.close()
    await two.open('source', 'f')
    await two.close()
  })

  test('that is a file is refused', async () => {
    const file = path.join(temporaryFolder(), 'file')
    fs.writeFileSync(file, '')
    const store = await openStore(`file:${file}`, { warn })
    await expect(store.open('function', 'f')).rejects.toThrow(
      `Cannot open the state in "${path.join(file, 'function', 'f')}": it is not a folder, or lies below a file: choose another folder`,
    )
  })

  test.runIf(fs.existsSync('/proc/self'))(
    'below a file system that accepts no folders is refused',
    async () => {
      const store = await openStore('file:/proc/self/state', { warn })
      await expect(store.open('function', 'f')).rejects.toThrow(
        'Cannot open the state in "/proc/self/state/function/f": the file system of "/proc/self" accepts no new folders: choose another folder',
      )
    },
  )

  test('whose journal is a folder is refused', async () => {
    const folder = temporaryFolder()
    fs.mkdirSync(path.join(folder, 'function', 'f', 'journal'), { recursive: true })
    const store = await openStore(`file:${folder}`, { warn })
    await expect(store.open('function', 'f')).rejects.toThrow('"journal" is a folder: move it away')
  })

  test.skipIf(process.getuid?.() === 0)('that is read-only is refused', async () => {
    const folder = temporaryFolder()
    fs.chmodSync(folder, 0o500)
    const store = await openStore(`file:${folder}`, { warn })
    await expect(store.open('function', 'f')).rejects.toThrow('permission denied: give this user the right')
  })

  test('stops waiting when the signal says so', async () => {
    const folder = temporaryFolder()
    const abort = new AbortController()
    const one = await openStore(`file:${folder}`, { warn })
    await one.open('function', 'f')
    const two = await openStore(`file:${folder}`, { warn, signal: abort.signal })
    const waiting = two.open('function', 'f')
    abort.abort(new Error('Stopped'))
    await expect(waiting).rejects.toThrow('Stopped')
    await one.close()
  })
})
