import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Lock, takeLock } from '../../src/state/file/lock.js'
import { isAlive, thisProcess } from '../../src/process/process-id.js'
import { temporaryFolder } from '../support/temporary.js'

const here = thisProcess()
const onLinux = here.start > 0

/** A folder with the claim of some process in it. */
function claimedBy(other: Partial<typeof here>): { folder: string; claim: string } {
  const folder = temporaryFolder()
  const { pid, start, boot, pids } = { ...here, ...other }
  const claim = path.join(folder, `claim-${pid}-${start}-${boot}-${pids}-0a0b0c0d`)
  fs.writeFileSync(claim, '')
  return { folder, claim }
}

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0'])
  const pid = child.pid ?? 0
  await once(child, 'exit')
  return pid
}

describe('the lock of a folder', () => {
  test('is taken, held against others, and taken again after its release', async () => {
    const folder = temporaryFolder()
    const lock = await takeLock(folder, { wait: 0 })
    await expect(takeLock(folder, { wait: 0 })).rejects.toThrow(
      `this process (${process.pid}) has it open, and did not close it within 0 ms: stop that process, or choose another folder`,
    )
    lock.release()
    const again = await takeLock(folder, { wait: 0 })
    again.release()
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('is waited for', async () => {
    const folder = temporaryFolder()
    const first = await takeLock(folder, { wait: 0 })
    const second = takeLock(folder, { wait: 10_000 })
    setTimeout(() => first.release(), 80)
    ;(await second).release()
  })

  test('is not waited for after the signal', async () => {
    const folder = temporaryFolder()
    const lock = await takeLock(folder, { wait: 0 })
    const abort = new AbortController()
    const waiting = takeLock(folder, { wait: 10_000, signal: abort.signal })
    abort.abort()
    await expect(waiting).rejects.toThrow('aborted')
    lock.release()
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('is never held by two of many that contend for it', async () => {
    const folder = temporaryFolder()
    const pid = await endedProcess()
    fs.writeFileSync(path.join(folder, `claim-${pid}-1-${here.boot}-${here.pids}-00`), '')
    let held = 0
    let most = 0
    const contend = async (): Promise<void> => {
      const lock: Lock = await takeLock(folder, { wait: 20_000 })
      held += 1
      most = Math.max(most, held)
      await new Promise(resolve => setImmediate(resolve))
      held -= 1
      lock.release()
    }
    await Promise.all(Array.from({ length: 12 }, contend))
    expect([most, held]).toEqual([1, 0])
  })

  test('of a process that ended is free at once', async () => {
    const { folder, claim } = claimedBy({ pid: await endedProcess() })
    ;(await takeLock(folder, { wait: 0 })).release()
    expect(fs.readdirSync(folder)).not.toContain(path.basename(claim))
  })

  test.runIf(onLinux)('of an earlier process with the same id is free at once', async () => {
    const { folder } = claimedBy({ pid: process.ppid, start: 1 })
    ;(await takeLock(folder, { wait: 0 })).release()
  })

  test.runIf(onLinux)('of a killed process that nobody has asked after yet is free at once', async () => {
    // The shell becomes a program that never waits for the child, which ends after that: it stays a zombie.
    const shell = spawn('/bin/sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec sleep 60'])
    const [line] = (await once(shell.stdout, 'data')) as [Buffer]
    const pid = Number(String(line))
    try {
      await expect.poll(() => fs.readFileSync(`/proc/${shell.pid}/comm`, 'latin1')).toBe('sleep\n')
      shell.stdin.end()
      const fields = (): string[] => fs.readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ')
      await expect.poll(() => fields()[2]).toBe('Z')
      const start = Number(fields()[21])
      const { folder } = claimedBy({ pid, start })
      ;(await takeLock(folder, { wait: 0 })).release()
    } finally {
      shell.kill('SIGKILL')
    }
  })

  test.runIf(onLinux)('of an earlier boot is free at once', async () => {
    const { folder, claim } = claimedBy({ boot: '0badb007' })
    fs.utimesSync(claim, 1, 1)
    ;(await takeLock(folder, { wait: 0 })).release()
  })

  test.runIf(onLinux)('of another container that does not answer is free after some seconds', async () => {
    const { folder } = claimedBy({ pids: '1' })
    await expect(takeLock(folder, { wait: 0 })).rejects.toThrow(
      `process ${process.pid} of another container has it open`,
    )
    ;(await takeLock(folder, { wait: 10_000 })).release()
  })

  test('a holder replies to connections, so that another container knows that it runs', async () => {
    const folder = temporaryFolder()
    const lock = await takeLock(folder, { wait: 0 })
    const [claim = ''] = fs.readdirSync(folder)
    const touched = (): number => fs.statSync(path.join(folder, claim)).mtimeMs
    const before = touched()
    await expect(takeLock(folder, { wait: 0 })).rejects.toThrow('has it open')
    await expect.poll(touched, { timeout: 5000 }).toBeGreaterThan(before)
    lock.release()
  })

  test.runIf(onLinux)(
    'that was taken from another container is given away only after its holder has noticed',
    async () => {
      const { folder, claim } = claimedBy({ pids: '1' })
      const taking = takeLock(folder, { wait: 10_000 })
      const names = (): string[] => fs.readdirSync(folder)
      await expect.poll(names, { timeout: 10_000 }).not.toContain(path.basename(claim))
      expect(names()).toContainEqual(expect.stringMatching(/^evicted-/))
      const lock = await taking
      expect(names()).not.toContainEqual(expect.stringMatching(/^evicted-/))
      lock.release()
    },
  )

  test('a holder notices when it was taken over', async () => {
    const folder = temporaryFolder()
    const lock = await takeLock(folder, { wait: 0 })
    expect(() => lock.check()).not.toThrow()
    for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name))
    expect(() => lock.check()).toThrow(
      `another process has taken "${path.dirname(folder)}" over: start this process again`,
    )
    lock.release()
  })

  test('foreign files in the folder are ignored', async () => {
    const folder = temporaryFolder()
    fs.writeFileSync(path.join(folder, 'notes.txt'), '')
    fs.mkdirSync(path.join(folder, 'claim'))
    ;(await takeLock(folder, { wait: 0 })).release()
    expect(fs.readdirSync(folder).toSorted()).toEqual(['claim', 'notes.txt'])
  })
})

test('this process is alive, and another boot or container is not known', () => {
  expect(isAlive(here, here)).toBe(true)
  expect(isAlive({ ...here, boot: '1' }, here)).toBe('unknown')
  expect(isAlive({ ...here, pids: '1' }, here)).toBe('unknown')
  expect(isAlive({ ...here, start: 0 }, here)).toBe(true)
})
