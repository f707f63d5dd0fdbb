/** How often one error is shown in full. */
const shownEach = 3

/** How many different errors are told apart; a plugin may put a value into each of its messages. */
const mostKinds = 1000

interface Repeated {
  times: number
  last: string
}

/** Prints errors. Equal ones are counted after the third, since a plugin may fail a million times in the same way. */
export class Failures {
  readonly #print: (text: string) => void
  readonly #repeated = new Map<string, Repeated>()

  constructor(print: (text: string) => void) {
    this.#print = print
  }

  /** Takes an error and where it happened, such as `Line 3: `. */
  add(text: string, place: string): void {
    const known = this.#repeated.get(text) ?? { times: 0, last: place }
    known.times += 1
    known.last = place
    if (this.#repeated.size < mostKinds) this.#repeated.set(text, known)
    if (known.times <= shownEach) this.#print(`${place}${text}\n`)
  }

  /** Prints how often the errors that were not shown occurred. */
  finish(): void {
    for (const [text, { times, last }] of this.#repeated) {
      if (times > shownEach) this.#print(`${last}${firstLine(text)} (${times - shownEach} more like this)\n`)
    }
    this.#repeated.clear()
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
