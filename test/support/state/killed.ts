import * as fs from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileDriver } from '../../../src/state/file/driver.js'
import { storeOver } from '../../../src/state/plugin-state.js'
import { doStep, place } from './steps.js'

// Arguments: a folder and the first step. Does step after step, and writes the number of each that was acknowledged.
const [, , folder = '', first = ''] = process.argv
const warn = (sentence: string): void => {
  throw new Error(sentence)
}
const store = storeOver(fileDriver(folder, { checkpoint: 5, compactAt: 2000, warn }))
const state = (await store.open('function', 'f')).at(place)
for (let number = Number(first); ; number += 1) {
  await doStep(state, number)
  acknowledge(number)
  if (number % 4 === 0) await nextTurn()
}

function acknowledge(number: number): void {
  for (;;) {
    try {
      fs.writeSync(1, `${number}\n`)
      return
    } catch (error) {
      // The reader is behind: its pipe is full for the moment.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}
