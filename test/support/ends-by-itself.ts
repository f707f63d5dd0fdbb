/** Closes channels in every state that they can be in. A process that does nothing else must end. */
import { createServer } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { listenPull } from '../../src/sp/pull.js'
import { dialPush } from '../../src/sp/push.js'
import { dialReq } from '../../src/sp/req.js'
import { Heard } from './raw-peer.js'

const [folder = ''] = process.argv.slice(2)
const never = new Promise<string>(() => {})

// Nothing to wait for: no timer may be left.
const idle = dialPush({ path: `${folder}/nobody` })
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
  dialReq({ path: `${folder}/nobody`, greeting: 'hi', answer: () => never, onRetry }),
  dialPush({ path: `${folder}/nobody`, onRetry }),
  dialReq({ path: `${folder}/mute`, greeting: 'hi', answer: () => never }),
  dialPush({ path: `${folder}/mute` }),
  dialReq({ path: `${folder}/rep`, greeting: 'x'.repeat(5_000_000), answer: () => never, onConnect }),
  await listenPull({ path: `${folder}/pull`, take: async () => void (await never) }),
]
const queued = dialPush({ path: `${folder}/deaf`, onConnect })
queued.send('x'.repeat(5_000_000))
const sender = dialPush({ path: `${folder}/pull`, onConnect })
for (let n = 0; n < 100; n += 1) sender.send('x'.repeat(10_000))

await Promise.all([retried.at(1), peers.at(3), connected.at(2)])
await setImmediate()
const dialling = [
  dialReq({ path: `${folder}/rep`, greeting: 'hi', answer: () => never }),
  dialPush({ path: `${folder}/pull` }),
]
await Promise.all([...dialling, ...channels, queued, sender].map(channel => channel.close()))
for (const server of [mute, rep, deaf]) server.close()
process.stdout.write(`closed, ${timers.length} timers`)
