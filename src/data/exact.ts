type Container = unknown[] | Record<string, unknown>

const literals: Record<string, unknown> = { true: true, false: false, null: null }

/** The value of a text that `JSON.parse` has accepted, with `bigint` for integers that a number cannot hold. */
export function readExactly(text: string): unknown {
  return new ExactReader(text).read()
}

// The text is valid JSON: whatever is not a bracket, a string or a separator is a number or a literal.
class ExactReader {
  #at = 0
  #key: string | undefined
  // An explicit list of containers instead of recursion: JSON.parse has no depth limit either.
  #holder: Container
  readonly #outer: Container[] = []
  readonly #text: string
  readonly #top: unknown[] = []

  constructor(text: string) {
    this.#text = text
    this.#holder = this.#top
  }

  read(): unknown {
    while (this.#at < this.#text.length) this.#readToken(this.#text.charCodeAt(this.#at))
    return this.#top[0]
  }

  #readToken(code: number): void {
    if (code === 0x22) this.#readString()
    else if (code === 0x7b) this.#enter({})
    else if (code === 0x5b) this.#enter([])
    else if (code === 0x7d || code === 0x5d) this.#leave()
    else if (isSeparator(code)) this.#at++
    else this.#readScalar()
  }

  #enter(container: Container): void {
    this.#put(container)
    this.#outer.push(this.#holder)
    this.#holder = container
    this.#at++
  }

  #leave(): void {
    this.#holder = this.#outer.pop() ?? this.#top
    this.#at++
  }

  #readString(): void {
    const end = endOfString(this.#text, this.#at)
    const value = unquote(this.#text.slice(this.#at, end))
    this.#at = end
    if (this.#key === undefined && !Array.isArray(this.#holder)) this.#key = value
    else this.#put(value)
  }

  #readScalar(): void {
    const start = this.#at
    let code = 0
    do code = this.#text.charCodeAt(++this.#at)
    while (this.#at < this.#text.length && !isSeparator(code) && code !== 0x7d && code !== 0x5d)
    this.#put(scalar(this.#text.slice(start, this.#at)))
  }

  #put(value: unknown): void {
    if (Array.isArray(this.#holder)) this.#holder.push(value)
    else if (this.#key !== undefined) setOwn(this.#holder, this.#key, value)
    this.#key = undefined
  }
}

function isSeparator(code: number): boolean {
  return code === 0x2c || code === 0x3a || code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

// Unlike JSON.parse, an assignment to an inherited key (above all "__proto__") does not always create a property.
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (!(key in target)) target[key] = value
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end + 1
}

function isEscaped(text: string, quote: number): boolean {
  let start = quote
  while (text.charCodeAt(start - 1) === 0x5c) start--
  return (quote - start) % 2 === 1
}

function unquote(literal: string): string {
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1)
}

function scalar(literal: string): unknown {
  const value = Number(literal)
  if (Number.isNaN(value)) return literals[literal]
  if (Number.isSafeInteger(value) || !isInteger(literal)) return value
  return BigInt(literal)
}

function isInteger(literal: string): boolean {
  return /^-?\d+$/.test(literal)
}
