/** Closes channels in every state that they can be in. A process that does nothing else must end. */
import { createServer } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { Pull } from '../../src/sp/pull.js'
import { Push } from '../../src/sp/push.js'
import { Req } from '../../src/sp/req.js'
import { Heard } from './raw-peer.js'

const [folder = ''] = process.argv.slice(2)
const never = new Promise<string>(() => {})

// Nothing to wait for: no timer may be left.
const idle = new Push({ path: `${folder}/nobody` })
await idle.close()
const timers = process.getActiveResourcesInfo().filter(name => name === 'Timeout')

// A peer that says the hello it is told to, and reads nothing.
const peers = new Heard<true>()
function listen(path: string, hello: string) {
  return createServer({ pauseOnConnect: true }, socket => {
    socket.on('error', () => {})
    socket.write(Buffer.from(hello, 'hex'))
    peers.add(true)
  }).listen(path)
}
const mute = listen(`${folder}/mute`, '')
const rep = listen(`${folder}/rep`, '0053500000310000')
const deaf = listen(`${folder}/deaf`, '0053500000510000')

const connected = new Heard<true>()
const retried = new Heard<true>()
const onConnect = (): void => connected.add(true)
const onRetry = (): void => retried.add(true)

const channels = [
  new Req({ path: `${folder}/nobody`, greeting: 'hi', answer: () => never, onRetry }),
  new Push({ path: `${folder}/nobody`, onRetry }),
  new Req({ path: `${folder}/mute`, greeting: 'hi', answer: () => never }),
  new Push({ path: `${folder}/mute` }),
  new Req({ path: `${folder}/rep`, greeting: 'x'.repeat(5_000_000), answer: () => never, onConnect }),
  await Pull.listen({ path: `${folder}/pull`, take: async () => void (await never) }),
]
const queued = new Push({ path: `${folder}/deaf`, onConnect })
queued.send('x'.repeat(5_000_000))
const sender = new Push({ path: `${folder}/pull`, onConnect })
for (let n = 0; n < 100; n += 1) sender.send('x'.repeat(10_000))

await Promise.all([retried.at(1), peers.at(3), connected.at(2)])
await setImmediate()
const dialling = [
  new Req({ path: `${folder}/rep`, greeting: 'hi', answer: () => never }),
  new Push({ path: `${folder}/pull` }),
]
await Promise.all([...dialling, ...channels, queued, sender].map(channel => channel.close()))
for (const server of [mute, rep, deaf]) server.close()
process.stdout.write(`closed, ${timers.length} timers`)
