import { expect, test } from 'vitest'
import { checkHello, decodeHello, encodeHello } from '../../src/sp/header.js'
import { hellos } from '../support/raw-peer.js'

test.each(['req', 'rep', 'push', 'pull'] as const)(
  'the hello of %s is eight bytes that name it',
  protocol => {
    expect(encodeHello(protocol).toString('hex')).toBe(hellos[protocol])
    expect(decodeHello(Buffer.from(hellos[protocol], 'hex'))).toBe(protocol)
  },
)

test.each([
  ['another first byte', '0153500000310000'],
  ['another name', '0053510000310000'],
  ['another version', '0053500100310000'],
  ['a protocol of no use here', '0053500000100000'],
  ['reserved bytes in use', '0053500000310001'],
  ['HTTP', '474554202f204854'],
  ['too few bytes', '00535000003100'],
])('a hello with %s is refused', (_what, hello) => {
  expect(() => decodeHello(Buffer.from(hello, 'hex'))).toThrow(
    `Cannot read hello "${hello}": it names none of req, rep, push and pull`,
  )
})

test.each([
  ['req', 'rep'],
  ['rep', 'req'],
  ['push', 'pull'],
  ['pull', 'push'],
] as const)('%s connects to %s only', (own, peer) => {
  for (const [other, hello] of Object.entries(hellos)) {
    const check = (): void => checkHello(Buffer.from(hello, 'hex'), own)
    if (other === peer) expect(check).not.toThrow()
    else expect(check).toThrow(`Cannot talk to "${other}" as "${own}": the peer must be "${peer}"`)
  }
})
