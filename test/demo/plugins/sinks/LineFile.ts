import { type FileHandle, open } from 'node:fs/promises'
import type { About, Sink, SinkContext } from 'kplug'
import * as z from 'zod'

export const about: About = { description: 'Appends rows to a file, one JSON text a line' }

export const config = z.object({ path: z.string().min(1).describe('The file to append to') })

export class LineFile implements Sink<z.infer<typeof config>> {
  #path = ''
  #file: FileHandle | undefined

  configure(props: z.infer<typeof config>) {
    this.#path = props.path
  }

  async open() {
    this.#file = await open(this.#path, 'a')
  }

  async collect(_ctx: SinkContext, data: unknown) {
    await this.#file?.appendFile(`${JSON.stringify(data)}\n`)
  }

  async close() {
    await this.#file?.close()
  }
}
