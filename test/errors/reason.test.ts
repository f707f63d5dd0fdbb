import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messageOf, stackOf } from '../../src/errors/reason.js'

class Unfriendly {
  get message(): string {
    throw new Error('from a getter')
  }
}

const trapped = (): object =>
  new Proxy(
    {},
    {
      get: () => {
        throw new Error('from a trap')
      },
      getPrototypeOf: () => {
        throw new Error('from a trap')
      },
      ownKeys: () => {
        throw new Error('from a trap')
      },
    },
  )

const cyclic = new Error('round')
cyclic.cause = cyclic

const changed = (message: unknown): Error => Object.assign(new Error('x'), { message })

describe('the text of', () => {
  test.each<[string, unknown, string]>([
    ['an error', new Error('boom'), 'boom'],
    ['a text', 'boom', 'boom'],
    ['an empty text', '', 'an empty text was thrown'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 7, '7'],
    ['a bigint', 7n, '7'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an object without a prototype', Object.create(null), '{} was thrown'],
    ['an object', { a: 1 }, '{"a":1} was thrown'],
    ['an object that JSON cannot carry', { a: 1n }, 'a value that cannot be shown was thrown'],
    ['an object with a message', { message: 'boom' }, 'boom'],
    ['an error whose message is no text', changed({ a: 1n }), 'Error without a message'],
    ['an error without a message', changed(undefined), 'Error without a message'],
    ['an object whose message throws', new Unfriendly(), '{} was thrown'],
    ['a proxy that throws', trapped(), 'a value that cannot be shown was thrown'],
    ['an error with a cause', new Error('a', { cause: new Error('b') }), 'a; cause: b'],
    ['an error that repeats its cause', new Error('a: b', { cause: new Error('b') }), 'a: b'],
    [
      'an error with a proxy as its cause',
      new Error('a', { cause: trapped() }),
      'a; cause: a value that cannot be shown was thrown',
    ],
    ['an error that causes itself', cyclic, 'round'],
    ['errors that Node gathers', new AggregateError([new Error('a'), new Error('b')]), 'a, b'],
    ['a long text', 'x'.repeat(3000), `${'x'.repeat(2000)}…`],
  ])('%s', (_what, reason, text) => {
    expect(messageOf(reason)).toBe(text)
  })

  test('any thrown value becomes a text without an error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything({ withNullPrototype: true, withBigInt: true }),
          fc.constantFrom(trapped(), cyclic),
        ),
        value => {
          expect(typeof messageOf(value)).toBe('string')
          expect(typeof messageOf(new Error('outer', { cause: value }))).toBe('string')
          expect(['string', 'undefined']).toContain(typeof stackOf(value))
        },
      ),
    )
  })
})

test('a stack is that of the innermost cause', () => {
  const inner = new Error('inner')
  expect(stackOf(new Error('outer', { cause: inner }))).toBe(inner.stack)
  expect(stackOf(Object.defineProperty(new Error('x'), 'stack', { get: () => trapped() }))).toBeUndefined()
  expect(stackOf('a text')).toBeUndefined()
  expect(typeof stackOf(cyclic)).toBe('string')
})
