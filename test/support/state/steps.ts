import type { State } from '../../../src/state/store.js'

/** The place that the killed child and its reader share. */
export const place = { ruleId: 'rule', opId: 'op', instanceId: 0 }

export const keys = ['k0', 'k1', 'k2', 'k3', 'k4'] as const

/** Step `number` of an endless sequence of changes, each different from what it replaces. */
export async function doStep(state: State, number: number): Promise<void> {
  const key = keyOf(number)
  if (number % 3 === 0) await state.incrCounter('n', 1)
  else if (number % 7 === 0) await state.deleteState(key)
  else await state.putState(key, valueOf(number))
}

/** The same step on what a reader expects. */
export function expectStep(model: Map<string, unknown>, number: number): void {
  const key = keyOf(number)
  if (number % 3 === 0) model.set('n', Number(model.get('n') ?? 0) + 1)
  else if (number % 7 === 0) model.delete(key)
  else model.set(key, valueOf(number))
}

const keyOf = (number: number): string => keys[number % keys.length] ?? ''

const valueOf = (number: number) => ({ number, text: 'x'.repeat(number % 97) })
