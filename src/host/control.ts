import { greeting } from '../ekuiper/protocol.js'
import { Req } from '../sp/req.js'

/** What carries out the engine's commands. */
export interface Commanded {
  /** Called on every new connection. */
  connected(): void
  /** Carries out a command, and resolves with the reply. Never rejects. */
  obey(command: string): Promise<string>
}

/**
 * Dials the control channel of a package. The engine waits for the handshake, so what carries out the commands is loaded
 * after it, or once nobody has accepted the connection.
 */
export function dialControl(path: string, load: () => Promise<Commanded>): Req {
  let loading: Promise<Commanded> | undefined
  const loaded = (): Promise<Commanded> => (loading ??= load())
  return new Req({
    path,
    greeting,
    answer: async reply => {
      // Copied: the buffer of the reply is reused while the rest is loaded.
      const command = reply.toString()
      return (await loaded()).obey(command)
    },
    onConnect: () => void loaded().then(commanded => commanded.connected()),
    onRetry: () => void loaded(),
  })
}
