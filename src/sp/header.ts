// On connect each side sends: 00 'S' 'P' version(u8, always 0) protocol(u16, big endian) reserved(u16, always 0).

const numbers = { req: 0x30, rep: 0x31, push: 0x50, pull: 0x51 } as const

/** The protocols that kplug speaks or speaks to. */
export type Protocol = keyof typeof numbers

/** The protocol of the peer. */
const peerOf: Record<Protocol, Protocol> = { req: 'rep', rep: 'req', push: 'pull', pull: 'push' }

export const helloLength = 8

/** The bytes with which a socket introduces itself. */
export function encodeHello(protocol: Protocol): Buffer {
  const hello = Buffer.from('0053500000000000', 'hex')
  hello.writeUInt16BE(numbers[protocol], 4)
  return hello
}

/** The protocol that a peer announces. Throws for bytes that are not a hello of one of the four protocols. */
export function decodeHello(hello: Buffer): Protocol {
  for (const protocol of ['req', 'rep', 'push', 'pull'] as const) {
    if (encodeHello(protocol).equals(hello)) return protocol
  }
  throw new Error(`Cannot read hello "${hello.toString('hex')}": it names none of req, rep, push and pull`)
}

/** Throws unless the peer has the protocol that `own` connects to. */
export function checkHello(hello: Buffer, own: Protocol): void {
  const peer = decodeHello(hello)
  if (peer === peerOf[own]) return
  throw new Error(`Cannot talk to "${peer}" as "${own}": the peer must be "${peerOf[own]}"`)
}
