import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { About, Source } from 'kplug'

export const about: About = { description: 'Reads a text file line by line' }

export class Lines implements Source {
  #file = ''

  configure(dataSource: string) {
    this.#file = dataSource
  }

  async *open() {
    let number = 0
    for await (const text of createInterface({ input: createReadStream(this.#file) })) {
      number += 1
      yield { number, text }
    }
  }
}
