import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { onTestFinished } from 'vitest'
import { folderWith } from './folder.js'

interface Message {
  id?: number
  method?: string
  params?: unknown
  result?: unknown
  error?: { message: string }
}

/** A headless Chromium, spoken to over its DevTools pipe: JSON that ends in NUL. It ends with the test. */
export class Browser {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (message: Message) => void>()
  readonly #expected = new Map<string, () => void>()
  readonly #heard: Message[] = []
  #ids = 0
  #session: string | undefined

  constructor(command: string) {
    const profile = folderWith()
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
    ]
    this.#child = spawn(command, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
    let text = ''
    const heard = this.#child.stdio[4] as Readable
    heard.setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0')
      text = messages.pop() ?? ''
      for (const message of messages) this.#hear(JSON.parse(message) as Message)
    })
    // A killed browser leaves processes behind, which still write to its profile.
    onTestFinished(async () => {
      const closed = once(this.#child, 'close')
      this.#session = undefined
      void this.#send('Browser.close')
      await closed
    })
  }

  #hear(message: Message): void {
    if (message.id !== undefined) return this.#waiting.get(message.id)?.(message)
    this.#heard.push(message)
    this.#expected.get(message.method ?? '')?.()
  }

  async #send<T>(method: string, params: object = {}): Promise<T> {
    const id = ++this.#ids
    const answered = new Promise<Message>(resolve => this.#waiting.set(id, resolve))
    const command = JSON.stringify({ id, method, params, sessionId: this.#session })
    const said = this.#child.stdio[3] as Writable
    said.write(`${command}\0`)
    const { result, error } = await answered
    if (error) throw new Error(`${method}: ${error.message}`)
    // The caller knows what Chromium answers to its command.
    return result as T
  }

  /** Opens a page in a window of some width, without scripts, in a light or a dark system. */
  async open(url: string, scheme: 'light' | 'dark', width: number): Promise<void> {
    this.#session = undefined
    const { targetId } = await this.#send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' })
    const attached = await this.#send<{ sessionId: string }>('Target.attachToTarget', {
      targetId,
      flatten: true,
    })
    this.#session = attached.sessionId
    await this.#send('Log.enable')
    await this.#send('Emulation.setScriptExecutionDisabled', { value: true })
    const size = { width, height: 900, deviceScaleFactor: 1, mobile: false }
    await this.#send('Emulation.setDeviceMetricsOverride', size)
    const features = [{ name: 'prefers-color-scheme', value: scheme }]
    await this.#send('Emulation.setEmulatedMedia', { features })
    await this.#send('Page.enable')
    const loaded = this.#event('Page.loadEventFired')
    await this.#send('Page.navigate', { url })
    await loaded
  }

  #event(method: string): Promise<void> {
    return new Promise(resolve => this.#expected.set(method, resolve))
  }

  async evaluate(expression: string): Promise<unknown> {
    const { result } = await this.#send<{ result: { value?: unknown } }>('Runtime.evaluate', {
      expression,
      returnByValue: true,
    })
    return result.value
  }

  /** What the browser wrote to its log: what it refused to load, for example. */
  complaints(): string[] {
    return this.#heard
      .filter(({ method }) => method === 'Log.entryAdded')
      .map(({ params }) => JSON.stringify(params))
  }
}
