import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { About, Func, FunctionContext } from 'kplug'

export const about: About = {
  description: { en: 'Calls a Python script', zh: '调用 Python 脚本' },
  example: 'titleCase(text)',
  args: [
    {
      name: 'text',
      type: 'string',
      label: { en: 'Text', zh: '文本' },
      description: { en: 'The argument of the script', zh: '脚本的参数' },
    },
  ],
  returns: { type: 'string', description: { en: 'The result of the script', zh: '脚本的结果' } },
}

interface Answer {
  result?: unknown
  error?: string
}

/** One Python process for each place that calls the function. It needs `python3` on the gateway. */
export class TitleCase implements Func {
  #process: ChildProcessByStdio<Writable, Readable, null> | undefined
  #lines: AsyncIterator<string> | undefined

  open(ctx: FunctionContext) {
    this.#process = spawn('python3', [ctx.asset('scripts/titleCase.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#process.on('error', error => ctx.logger.error(`python3 cannot be started: ${error.message}`))
    // Writing to a process that has exited also emits an error event. The missing answer already fails the row.
    this.#process.stdin.on('error', () => {})
    const lines: Interface = createInterface(this.#process.stdout)
    this.#lines = lines[Symbol.asyncIterator]()
  }

  /** Calls come one at a time, so that the next line is the answer. */
  async exec(args: readonly unknown[]) {
    this.#process?.stdin.write(`${JSON.stringify(args)}\n`)
    const line = await this.#lines?.next()
    if (line === undefined || line.done) throw new Error('The Python process has ended')
    // The script writes nothing else.
    const { result, error } = JSON.parse(line.value) as Answer
    if (error !== undefined) throw new Error(error)
    return result
  }

  close() {
    this.#process?.kill()
  }
}
