import * as fs from 'node:fs'
import * as path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Disk, realDisk } from '../../src/state/file/disk.js'
import { type FileOptions, fileDriver } from '../../src/state/file/driver.js'
import { CoalescedTask } from '../../src/state/file/coalesced-task.js'
import { encodeHeader, headerSize, readHeader } from '../../src/state/file/header.js'
import { newestNumber } from '../../src/state/file/journal-files.js'
import type { Live } from '../../src/state/file/live.js'
import { Pieces } from '../../src/state/file/pieces.js'
import { readRecord } from '../../src/state/file/record.js'
import { RecordBuffer } from '../../src/state/file/record-buffer.js'
import { scan } from '../../src/state/file/scan.js'
import { storeOver } from '../../src/state/plugin-state.js'
import type { PluginState, State } from '../../src/state/store.js'
import { temporaryFolder } from '../support/temporary.js'

const place = { ruleId: 'rule', opId: 'op', instanceId: 0 }
const salt = 0x01020304

/** A journal as bytes, from what is done to its records. */
function journalOf(fill: (records: RecordBuffer) => void, withSalt = salt): Buffer {
  const records = new RecordBuffer(withSalt)
  fill(records)
  return Buffer.concat([encodeHeader(withSalt), records.bytes.subarray(0, records.length)])
}

const piecesOf = (bytes: Buffer): Pieces =>
  new Pieces(bytes.length, (target, length, position) =>
    bytes.copy(target, 0, position, Math.min(position + length, bytes.length)),
  )

function scanned(bytes: Buffer): { live: Live; end: number } {
  const live: Live = new Map()
  return { live, end: scan(piecesOf(bytes), readHeader(bytes.subarray(0, headerSize)), live) }
}

/** The journal that counts in a folder of state. */
function journalIn(folder: string): string {
  const ofPlugin = path.join(folder, 'function', 'f')
  return path.join(ofPlugin, `journal-${newestNumber(ofPlugin)}`)
}

/** A folder whose `function/f` holds these bytes as its journal. */
function folderWith(journal: Buffer, name = 'journal-1'): { folder: string; file: string } {
  const folder = temporaryFolder()
  const file = path.join(folder, 'function', 'f', name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, journal)
  return { folder, file }
}

interface Opened {
  space: PluginState
  state: State
  warnings: string[]
}

async function open(folder: string, options: Partial<FileOptions> = {}): Promise<Opened> {
  const warnings: string[] = []
  const warn = (sentence: string): void => void warnings.push(sentence)
  const store = storeOver(fileDriver(folder, { checkpoint: 'off', warn, lockWait: 0, ...options }))
  const space = await store.open('function', 'f')
  return { space, state: space.at(place), warnings }
}

/** The folder as another process would find it if this one were killed now. */
function afterKill(folder: string): string {
  const copy = path.join(temporaryFolder(), 'copy')
  fs.cpSync(folder, copy, { recursive: true, filter: source => !source.endsWith('lock') })
  return copy
}

const three = journalOf(records => {
  records.entry('n', 7)
  records.entry('v', Buffer.from([1, 6, 1, 0x61]))
  records.entry('n', 8)
})
const threeEnds = [headerSize, headerSize + 28, headerSize + 52, headerSize + 80]

describe('the bytes of a journal', () => {
  test('a header is a name, a version, a salt, the end of another journal and a checksum', () => {
    const header = encodeHeader(salt, { number: 7, end: 2 })
    expect(header.toString('hex')).toMatch(/^6b706c756773740204030201070000000000000000000040[0-9a-f]{8}$/)
    expect(readHeader(header)).toEqual({ version: 2, salt, base: { number: 7, end: 2 }, size: 28 })
  })

  test('a record is a mark, two checksums, a length, a kind, a key and a body', () => {
    const record = journalOf(records => records.entry('n', 7)).subarray(headerSize)
    expect(record.toString('hex')).toMatch(/^6b70[0-9a-f]{16}0e00000001010000006e0000000000001c40$/)
  })

  test('a record is read as it was written', () => {
    const key = fc.string({ unit: 'grapheme' })
    const records = fc.array(
      fc.tuple(key, fc.oneof(fc.double({ noNaN: true }), fc.uint8Array(), fc.constant(undefined))),
    )
    const check = (list: [string, number | Uint8Array | undefined][]): void => {
      const bytes = journalOf(buffer => {
        for (const [name, body] of list) {
          buffer.entry(name, typeof body === 'object' ? Buffer.from(body) : body)
        }
      })
      const live = new Map<string, unknown>()
      for (const [name, body] of list) {
        if (body === undefined) live.delete(name)
        else live.set(name, typeof body === 'number' ? body : Buffer.from(body).toString('latin1'))
      }
      expect(scanned(bytes)).toEqual({ live, end: bytes.length })
    }
    fc.assert(fc.property(records, check))
  })

  test('a value is the same record from bytes and from their text', () => {
    const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const fromBytes = journalOf(records => records.entry('k', body))
    expect(journalOf(records => records.entry('k', body.toString('latin1')))).toEqual(fromBytes)
  })

  test('a record is not read with the salt of another journal', () => {
    const read = (withSalt: number) => readRecord(piecesOf(three), headerSize, { version: 2, salt: withSalt })
    expect(read(salt)).toMatchObject({ key: 'n', end: threeEnds[1] })
    expect(read(salt + 1)).toBeUndefined()
  })
})

describe('an interrupted write', () => {
  test('every cut of a journal leaves the records before it', async () => {
    for (let length = headerSize; length <= three.length; length += 1) {
      const { folder, file } = folderWith(three.subarray(0, length))
      const { space, state, warnings } = await open(folder)
      const whole = threeEnds.filter(end => end <= length).length - 1
      const end = threeEnds[whole] ?? 0
      expect(scanned(fs.readFileSync(journalIn(folder))).live.get('n')).toBe([undefined, 7, 7, 8][whole])
      expect(warnings).toEqual(
        length === end
          ? []
          : [
              `The last write to "${file}" was interrupted: kplug ignores its ${length - end} bytes from byte ${end} on`,
            ],
      )
      expect(await state.incrCounter('later', 1)).toBe(1)
      await space.close()
      const again = await open(folder)
      expect(again.warnings).toEqual([])
      expect(await again.state.getCounter('later')).toBe(1)
      await again.space.close()
    }
  })

  test.each([1, 512, 5000])('%i zeros at the end, as a power cut leaves them, are left out', length => {
    expect(scanned(Buffer.concat([three, Buffer.alloc(length)]))).toEqual({
      ...scanned(three),
      end: three.length,
    })
  })

  test.each([1, 2])(
    'a torn value made of heads of records is read a bounded number of times (format %i)',
    version => {
      const size = 400_000
      const value = Buffer.alloc(size)
      const shift = version === 1 ? 0 : 4
      for (let at = 0; at + 20 <= size; at += 20) {
        value.write('kp', at)
        value.writeUInt32LE(Math.floor((size - at) * 0.9), at + 6 + shift)
        value.writeUInt8(2, at + 10 + shift)
      }
      const whole = journalOf(records => records.entry('v', value))
      const bytes = whole.subarray(0, whole.length - 100)
      let read = 0
      const pieces = new Pieces(bytes.length, (target, length, position) => {
        read += length
        return bytes.copy(target, 0, position, position + length)
      })
      const header = { ...readHeader(bytes.subarray(0, headerSize)), version }
      expect(scan(pieces, header, new Map())).toBe(headerSize)
      expect(read).toBeLessThan(64 * size)
    },
  )

  test('a long tail of anything is left out', () => {
    const tail = Buffer.alloc(100_000, 'kp\x01\x02')
    expect(scanned(Buffer.concat([three, tail])).end).toBe(three.length)
  })

  test('a value that contains a piece of another journal is not a record of this one', () => {
    const inner = journalOf(records => records.entry('inner', 1), salt + 1)
    const outer = journalOf(records => records.entry('outer', inner))
    expect(scanned(outer.subarray(0, outer.length - 1)).end).toBe(headerSize)
  })
})

describe('damage', () => {
  const synced = Buffer.concat([
    three,
    journalOf(records => records.synced(three.length)).subarray(headerSize),
  ])

  test('every changed byte before what is synced is an error that names its record', () => {
    for (let index = headerSize; index < three.length; index += 1) {
      const damaged = Buffer.from(synced)
      damaged[index] = 0xff ^ (damaged[index] ?? 0)
      const start = threeEnds.findLast(end => end <= index)
      expect(() => scanned(damaged), `byte ${index}`).toThrow(
        `is damaged at byte ${start}: restore the folder from a copy`,
      )
    }
  })

  test('every changed byte of the last record looks like an interrupted write', () => {
    for (let index = three.length; index < synced.length; index += 1) {
      const damaged = Buffer.from(synced)
      damaged[index] = 0xff ^ (damaged[index] ?? 0)
      expect(scanned(damaged), `byte ${index}`).toEqual({ ...scanned(three), end: three.length })
    }
  })

  test('every changed byte of the header is an error', () => {
    for (let index = 0; index < headerSize; index += 1) {
      const damaged = Buffer.from(three)
      damaged[index] = 0xff ^ (damaged[index] ?? 0)
      expect(() => scanned(damaged), `byte ${index}`).toThrow(/not a journal|newer kplug|damaged at byte 0/)
    }
  })

  test('a closed journal loses nothing to any one changed byte without an error', async () => {
    const folder = temporaryFolder()
    const { space, state } = await open(folder, { checkpoint: 1000 })
    await state.putState('a', 'text')
    await state.incrCounter('b', 5)
    await space.close()
    const bytes = fs.readFileSync(journalIn(folder))
    const { live } = scanned(bytes)
    for (let index = 0; index < bytes.length; index += 1) {
      const damaged = Buffer.from(bytes)
      damaged[index] = 0x01 ^ (damaged[index] ?? 0)
      let found: unknown = live
      try {
        found = scanned(damaged).live
      } catch {}
      expect(found, `byte ${index}`).toEqual(live)
    }
  })

  const large = journalOf(records => {
    records.entry('first', 1)
    for (let index = 0; index < 200; index += 1) records.entry(`n${index}`, index)
  })
  const afterFirst = headerSize + 32

  test('a sector of zeros after the last sync is what a power cut leaves: all from there on is left out', () => {
    const damaged = Buffer.from(large).fill(0, 1024, 2048)
    const { end, live } = scanned(damaged)
    expect(end).toBeLessThanOrEqual(1024)
    expect(live.size).toBeLessThan(40)
  })

  test('a sector of zeros before the last sync is damage', () => {
    const withMark = Buffer.concat([large, journalOf(records => records.synced(4096)).subarray(headerSize)])
    withMark.fill(0, 1024, 2048)
    expect(() => scanned(withMark)).toThrow('is damaged at byte')
  })

  test('other damage with sound records behind it is an error, synced or not', () => {
    const damaged = Buffer.from(large)
    damaged[afterFirst + 12] = 0xff ^ (damaged[afterFirst + 12] ?? 0)
    expect(() => scanned(damaged)).toThrow(`is damaged at byte ${afterFirst}`)
  })

  test('opening names the folder, the place and the remedy, and leaves the file as it is', async () => {
    const damaged = Buffer.from(synced).fill(0xff, 30, 40)
    const { folder, file } = folderWith(damaged)
    await expect(open(folder)).rejects.toThrow(
      `Cannot open the state in "${path.dirname(file)}": "journal-1" is damaged at byte 28: restore the folder from a copy, or move the folder away to begin without state`,
    )
    expect(fs.readFileSync(file)).toEqual(damaged)
    expect(fs.readdirSync(path.join(path.dirname(file), 'lock'))).toEqual([])
  })

  test('a journal of a newer version is refused', async () => {
    const newer = Buffer.from(three)
    newer[7] = 9
    await expect(open(folderWith(newer).folder)).rejects.toThrow(
      '"journal-1" was written by a newer kplug (format 9; this one reads up to 2): update kplug',
    )
  })

  test('any other file in its place is refused', async () => {
    await expect(open(folderWith(Buffer.from('{"not": "a journal"}')).folder)).rejects.toThrow(
      '"journal-1" is not a journal of kplug: move it away',
    )
  })
})

describe('compaction', () => {
  const sizeOf = (folder: string): number => fs.statSync(journalIn(folder)).size

  test('a loop on one counter keeps the journal short, and timers run beside it', async () => {
    const folder = temporaryFolder()
    const { space, state } = await open(folder, { compactAt: 10_000 })
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    let longest = 0
    for (let index = 0; index < 50_000; index += 1) {
      await state.incrCounter('n', 1)
      if (index % 1000 === 0) longest = Math.max(longest, sizeOf(folder))
    }
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
    expect(longest).toBeLessThan(1_000_000)
    await space.close()
    expect(await (await open(folder)).state.getCounter('n')).toBe(50_000)
  })

  test('a loop on large values keeps the journal within a multiple of the live data', async () => {
    const folder = temporaryFolder()
    const { space, state } = await open(folder)
    const [keys, length] = [200, 20_000]
    let longest = 0
    for (let index = 0; index < 20 * keys; index += 1) {
      await state.putState(`k${index % keys}`, 'x'.repeat(length))
      longest = Math.max(longest, sizeOf(folder))
    }
    expect(longest).toBeLessThan(17 * keys * length)
    await space.close()
  })

  test('large values let others run sooner', async () => {
    const { space, state } = await open(temporaryFolder(), { compactAt: Number.POSITIVE_INFINITY })
    let [turns, ended] = [0, false]
    const count = (): void => {
      turns += 1
      if (!ended) setImmediate(count)
    }
    setImmediate(count)
    for (let index = 0; index < 200; index += 1) await state.putState('k', 'x'.repeat(20_000))
    ended = true
    expect(turns).toBeGreaterThan(10)
    await space.close()
  })

  test('calls wait for a compaction that the disk delays', async () => {
    const folder = temporaryFolder()
    const disk = new FaultyDisk()
    const { space, state } = await open(folder, { disk, compactAt: 1000 })
    let release = (): void => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    disk.fdatasync = () => held
    let done = 0
    const loop = async (): Promise<void> => {
      for (; done < 2000; done += 1) await state.putState('k', 'x'.repeat(1000))
    }
    const ended = loop()
    for (let turn = 0; turn < 500; turn += 1) await new Promise(resolve => setImmediate(resolve))
    expect(done).toBeLessThan(100)
    release()
    await ended
    await space.close()
    expect(done).toBe(2000)
  })

  test('changes during a long compaction are present when it has ended', async () => {
    const folder = temporaryFolder()
    const { state, space } = await open(folder, { compactAt: 1 })
    const ofPlugin = path.join(folder, 'function', 'f')
    const isCompacting = (): boolean => fs.readdirSync(ofPlugin).some(name => name.startsWith('new-'))
    const keys = Array.from({ length: 200 }, (_, index) => `k${index}`)
    const model = new Map<string, unknown>()
    const check = async (): Promise<void> => {
      const copy = await open(afterKill(folder))
      for (const key of keys) expect(await copy.state.getState(key)).toEqual(model.get(key))
      await copy.space.close()
    }
    let changes = 0
    for (let step = 0, ended = 0, running = false; ended < 5; step += 1) {
      const key = keys[(step * 7) % keys.length] ?? ''
      const value = step % 5 === 0 ? undefined : 'x'.repeat(5000) + step
      await (value === undefined ? state.deleteState(key) : state.putState(key, value))
      model.set(key, value)
      if (isCompacting()) changes += 1
      else if (running) {
        ended += 1
        await check()
      }
      running = isCompacting()
      if (step % 150 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    expect(changes).toBeGreaterThan(20)
    await space.close()
  })

  test('files of a killed compaction are removed', async () => {
    const { folder, file } = folderWith(three)
    fs.writeFileSync(path.join(path.dirname(file), 'new-0a0b0c'), 'half')
    const { space, warnings } = await open(folder)
    expect([fs.readdirSync(path.dirname(file)).toSorted(), warnings]).toEqual([
      ['journal', 'journal-2', 'lock'],
      [],
    ])
    await space.close()
  })
})

/** A disk with room for so many bytes more, and with syncs that fail on demand. */
class FaultyDisk implements Disk {
  room = Number.POSITIVE_INFINITY
  brokenSync: string | undefined
  syncs = 0

  writeSync(fd: number, bytes: Buffer, offset: number, length: number, position: number): number {
    const fits = Math.min(length, this.room)
    if (fits === 0 && length > 0) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
    this.room -= fits
    return realDisk.writeSync(fd, bytes, offset, fits, position)
  }

  ftruncateSync(fd: number, length: number): void {
    realDisk.ftruncateSync(fd, length)
  }

  linkSync(file: string, name: string): void {
    realDisk.linkSync(file, name)
  }

  async fdatasync(fd: number): Promise<void> {
    this.syncs += 1
    if (this.brokenSync !== undefined) throw Object.assign(new Error('broken'), { code: this.brokenSync })
    await realDisk.fdatasync(fd)
  }
}

describe('a disk that fails', () => {
  test.each([0, 1, 10, 30])(
    'a write with room for %i bytes is refused, and works again when there is room',
    async room => {
      const disk = new FaultyDisk()
      const folder = temporaryFolder()
      const { space, state } = await open(folder, { disk })
      await state.incrCounter('n', 1)
      await state.putState('v', 'old')
      disk.room = room
      const full = `function/f" cannot take`
      await expect(state.incrCounter('n', 1)).rejects.toThrow(full)
      await expect(state.putState('v', 'new')).rejects.toThrow('the disk is full: free some space')
      await expect(state.deleteState('v')).rejects.toThrow(full)
      expect([await state.getCounter('n'), await state.getState('v')]).toEqual([1, 'old'])
      const copy = await open(afterKill(folder))
      expect([await copy.state.getCounter('n'), await copy.state.getState('v'), copy.warnings]).toEqual([
        1,
        'old',
        [],
      ])
      await copy.space.close()
      disk.room = Number.POSITIVE_INFINITY
      expect(await state.incrCounter('n', 1)).toBe(2)
      await space.close()
      expect(await (await open(folder)).state.getCounter('n')).toBe(2)
    },
  )

  test('a write is repeated until all of it is there', async () => {
    const disk: Disk = {
      ...realDisk,
      writeSync: (fd, bytes, offset, length, at) =>
        realDisk.writeSync(fd, bytes, offset, Math.min(length, 7), at),
    }
    const folder = temporaryFolder()
    const { space, state } = await open(folder, { disk })
    await state.putState('v', 'x'.repeat(1000))
    await space.close()
    expect(await (await open(folder)).state.getState('v')).toBe('x'.repeat(1000))
  })

  test('a file system without hard links keeps its journals too', async () => {
    const folder = temporaryFolder()
    const refusing = Object.assign(new Error('not supported'), { code: 'ENOTSUP' })
    const linkSync = (): never => {
      throw refusing
    }
    const options = { disk: { ...realDisk, linkSync }, compactAt: 1000 }
    const { space, state, warnings } = await open(folder, options)
    for (let index = 0; index < 500; index += 1) await state.incrCounter('n', 1)
    await space.close()
    const again = await open(folder, options)
    expect([await again.state.getCounter('n'), warnings, again.warnings]).toEqual([500, [], []])
    expect(newestNumber(path.join(folder, 'function', 'f'))).toBeGreaterThan(2)
    await again.space.close()
  })

  test.each([
    ['its header', 0, 28],
    ['its records', headerSize, 39],
  ])(
    'a compaction without room for %s leaves the journal in use, and warns once',
    async (_, position, size) => {
      const disk = new FaultyDisk()
      const folder = temporaryFolder()
      const { space, state, warnings } = await open(folder, { disk, compactAt: 1000 })
      await state.incrCounter('n', 1)
      let attempts = 0
      disk.writeSync = (fd, bytes, offset, length, at) => {
        if (at !== position) return realDisk.writeSync(fd, bytes, offset, length, at)
        attempts += 1
        throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      }
      for (let index = 1; index < 3000; index += 1) await state.incrCounter('n', 1)
      expect(warnings).toEqual([
        `"${path.dirname(journalIn(folder))}" cannot take ${size} more bytes: the disk is full: free some space`,
      ])
      expect(attempts).toBeLessThan(10)
      expect(fs.readdirSync(path.dirname(journalIn(folder))).toSorted()).toEqual([
        'journal',
        'journal-1',
        'lock',
      ])
      await space.close()
      expect(await (await open(folder)).state.getCounter('n')).toBe(3000)
    },
  )

  test('after a failed sync the state is written again, because the kernel may have dropped unwritten data', async () => {
    const disk = new FaultyDisk()
    const folder = temporaryFolder()
    const { space, state } = await open(folder, { disk, checkpoint: 'always' })
    const file = journalIn(folder)
    disk.brokenSync = 'EIO'
    await expect(state.incrCounter('n', 1)).rejects.toThrow(
      `Cannot add to "n": "${file}" may not be on the disk yet: the disk failed: check it`,
    )
    disk.brokenSync = undefined
    expect(await state.incrCounter('n', 1)).toBe(2)
    expect(journalIn(folder)).not.toBe(file)
    await space.close()
  })
})

describe('a task that is requested again while it runs', () => {
  test('runs once more for all who asked, never twice at a time', async () => {
    let [runs, now, most] = [0, 0, 0]
    const task = new CoalescedTask(async () => {
      runs += 1
      now += 1
      most = Math.max(most, now)
      await new Promise(resolve => setImmediate(resolve))
      now -= 1
    })
    await Promise.all([task.run(), task.run(), task.run()])
    expect([runs, most]).toEqual([2, 1])
    await task.run()
    expect(runs).toBe(3)
  })

  test('runs again after it failed', async () => {
    let fails = true
    const task = new CoalescedTask(() => (fails ? Promise.reject(new Error('no')) : Promise.resolve()))
    const first = task.run()
    const second = task.run()
    await expect(first).rejects.toThrow('no')
    await expect(second).rejects.toThrow('no')
    fails = false
    await task.run()
    expect(task.isRunning).toBe(false)
  })
})

describe('checkpoints', () => {
  async function syncsOf(checkpoint: 'always' | 'off' | number, work: (state: State) => Promise<unknown>) {
    const disk = new FaultyDisk()
    const { space, state } = await open(temporaryFolder(), { disk, checkpoint })
    disk.syncs = 0
    await work(state)
    const before = disk.syncs
    await space.close()
    return { before, closing: disk.syncs - before }
  }

  test('"always" syncs before a call resolves, once for all that wait', async () => {
    expect(await syncsOf('always', state => state.incrCounter('n', 1))).toMatchObject({ before: 1 })
    const together = await syncsOf('always', state =>
      Promise.all(Array.from({ length: 100 }, () => state.incrCounter('n', 1))),
    )
    expect(together).toMatchObject({ before: 2 })
  })

  test('"off" never syncs', async () => {
    expect(await syncsOf('off', state => state.incrCounter('n', 1))).toEqual({ before: 0, closing: 0 })
  })

  test('milliseconds: writes are synced once, and without writes nothing is synced', async () => {
    const disk = new FaultyDisk()
    const { space, state } = await open(temporaryFolder(), { disk, checkpoint: 5 })
    disk.syncs = 0
    await state.incrCounter('n', 1)
    await expect.poll(() => disk.syncs).toBe(1)
    await space.close()
    expect(disk.syncs).toBe(1)
  })

  test('closing syncs the remaining writes', async () => {
    expect(await syncsOf(60_000, state => state.incrCounter('n', 1))).toEqual({ before: 0, closing: 1 })
    expect(await syncsOf(60_000, state => state.getCounter('n'))).toEqual({ before: 0, closing: 0 })
  })
})

describe('any sequence of calls', () => {
  const key = fc.constantFrom('a', 'b', 'ç', 'd'.repeat(40))
  const call = fc.oneof(
    fc.record({
      type: fc.constant('put' as const),
      key,
      value: fc.oneof(fc.string(), fc.constant('x'.repeat(3000))),
    }),
    fc.record({ type: fc.constant('add' as const), key, amount: fc.integer() }),
    fc.record({ type: fc.constant('delete' as const), key }),
    fc.record({ type: fc.constant('reopen' as const) }),
    fc.record({ type: fc.constant('kill' as const) }),
  )

  test('gives the contents of a map, through reopening and kills', async () => {
    const root = temporaryFolder()
    let runs = 0
    const check = async (calls: (typeof call extends fc.Arbitrary<infer T> ? T : never)[]): Promise<void> => {
      let folder = path.join(root, String((runs += 1)))
      let opened = await open(folder, { compactAt: 500 })
      const model = new Map<string, unknown>()
      for (const step of calls) {
        if (step.type === 'put') {
          await opened.state.putState(step.key, { is: step.value })
          model.set(step.key, { is: step.value })
        } else if (step.type === 'add') {
          const before = model.get(step.key) ?? 0
          if (typeof before === 'number')
            model.set(step.key, await opened.state.incrCounter(step.key, step.amount))
          else await expect(opened.state.incrCounter(step.key, step.amount)).rejects.toThrow('not a counter')
          if (typeof before === 'number') expect(model.get(step.key)).toBe(before + step.amount)
        } else if (step.type === 'delete') {
          await opened.state.deleteState(step.key)
          model.delete(step.key)
        } else {
          const before = opened
          if (step.type === 'kill') {
            const copy = path.join(root, String((runs += 1)))
            fs.cpSync(folder, copy, { recursive: true, filter: source => !source.endsWith('lock') })
            folder = copy
          }
          await before.space.close()
          opened = await open(folder, { compactAt: 500 })
          expect(opened.warnings).toEqual([])
        }
        for (const name of ['a', 'b', 'ç', 'd'.repeat(40)]) {
          expect(await opened.state.getState(name)).toEqual(model.get(name))
        }
      }
      await opened.space.close()
      fs.rmSync(folder, { recursive: true })
    }
    await fc.assert(fc.asyncProperty(fc.array(call, { maxLength: 60 }), check), { numRuns: 60 })
  })
})
