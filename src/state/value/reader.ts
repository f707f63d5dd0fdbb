/** Reads what a Writer wrote. Bytes that end too soon are refused before anything is allocated for them. */
export class Reader {
  readonly #bytes: Buffer
  #offset = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get ended(): boolean {
    return this.#offset === this.#bytes.length
  }

  u8(): number {
    const value = this.#bytes[this.#offset++]
    return value ?? damaged()
  }

  varint(): number {
    let value = 0
    for (let factor = 1; factor < 2 ** 53; factor *= 128) {
      const byte = this.u8()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
    return damaged()
  }

  f64(): number {
    return this.#bytes.readDoubleLE(this.#skip(8))
  }

  text(encoding: 'utf8' | 'utf16le' | 'hex'): string {
    const length = this.varint()
    const start = this.#skip(length)
    if (length <= WORD_LENGTH && encoding === 'utf8') return wordAt(this.#bytes, start, length)
    return this.#bytes.toString(encoding, start, start + length)
  }

  /** A copy, in a buffer of its own. */
  buffer(): ArrayBuffer {
    const length = this.varint()
    const start = this.#skip(length)
    return new Uint8Array(this.#bytes.subarray(start, start + length)).buffer
  }

  #skip(length: number): number {
    const start = this.#offset
    if (start + length > this.#bytes.length) damaged()
    this.#offset = start + length
    return start
  }
}

// Names of properties, units and tags come again and again. To compare one with the word that was last read in its
// place takes a third of the time that Node needs to make it from bytes.
const WORD_LENGTH = 24
const words: string[] = Array.from({ length: 1024 }, () => '')

function wordAt(bytes: Buffer, start: number, length: number): string {
  let hash = length
  for (let index = start; index < start + length; index += 1) hash = (hash * 31 + (bytes[index] ?? 0)) | 0
  const place = hash & (words.length - 1)
  const known = words[place]
  if (known !== undefined && isWordAt(known, bytes, start, length)) return known
  const word = bytes.toString('utf8', start, start + length)
  words[place] = word
  return word
}

/** True of ASCII only: other words differ from their bytes, and are always read. */
function isWordAt(word: string, bytes: Buffer, start: number, length: number): boolean {
  if (word.length !== length) return false
  for (let index = 0; index < length; index += 1) {
    const code = word.charCodeAt(index)
    if (code > 0x7f || code !== bytes[start + index]) return false
  }
  return true
}

export function damaged(): never {
  throw new Error('its bytes are damaged: delete it')
}
