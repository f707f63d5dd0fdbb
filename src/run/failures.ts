/** How many times the same error is shown in full. */
const shownEach = 3

/** How many different errors are remembered. A plugin may put a value into each message. */
const mostKinds = 1000

interface Repeated {
  times: number
  last: string
}

/**
 * Prints errors. After the third equal error they are only counted, because a plugin may fail a million times in the
 * same way.
 */
export class Failures {
  readonly #print: (text: string) => void
  readonly #repeated = new Map<string, Repeated>()

  constructor(print: (text: string) => void) {
    this.#print = print
  }

  /** Takes an error and its position, such as `Line 3: `. */
  add(text: string, place: string): void {
    const known = this.#repeated.get(text) ?? { times: 0, last: place }
    known.times += 1
    known.last = place
    if (this.#repeated.size < mostKinds) this.#repeated.set(text, known)
    if (known.times <= shownEach) this.#print(`${place}${text}\n`)
  }

  /** Prints the number of errors that were not shown. */
  finish(): void {
    for (const [text, { times, last }] of this.#repeated) {
      if (times > shownEach) this.#print(`${last}${firstLine(text)} (${times - shownEach} more like this)\n`)
    }
    this.#repeated.clear()
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
