import { openStore } from '../../../src/state/open.js'
import { place } from './steps.js'

// Arguments: a folder and a number of turns. In each turn it opens the state, counts one, and closes it.
const [, , folder = '', turns = ''] = process.argv
const warn = (sentence: string): void => {
  throw new Error(sentence)
}
for (let turn = 0; turn < Number(turns); turn += 1) {
  const store = await openStore(`file:${folder}`, { checkpoint: 'off', warn })
  const state = (await store.open('function', 'f')).at(place)
  const before = await state.getCounter('n')
  await state.putState('last', before)
  if ((await state.incrCounter('n', 1)) !== before + 1) throw new Error('Another process counted meanwhile')
  await store.close()
}
