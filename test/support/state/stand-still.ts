import { openStore } from '../../../src/state/open.js'
import { place } from './steps.js'

// Arguments: a folder, a number of increments, and milliseconds. Prints each count that was acknowledged. After the
// increments it blocks its event loop for these milliseconds, as a busy loop or a paused container does, and counts once
// more. With 0 milliseconds it closes the state instead.
const [, , folder = '', increments = '', pause = ''] = process.argv
const print = (line: unknown): void => void process.stdout.write(`${String(line)}\n`)
const warn = (sentence: string): void => print(`warning: ${sentence}`)

const store = await openStore(`file:${folder}`, { warn, lockWait: 20_000, checkpoint: 100 })
const state = (await store.open('function', 'f')).at(place)
try {
  for (let count = 0; count < Number(increments); count += 1) print(await state.incrCounter('n', 1))
  if (Number(pause) > 0) {
    print('stands still')
    await new Promise(resolve => process.stdout.write('', resolve))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(pause))
    print(await state.incrCounter('n', 1))
  }
} catch (error) {
  print((error as Error).message)
}
await store.close().catch(() => {})
