import { capital } from '../errors/words.js'

/** The two spellings of one plugin: what SQL says (`mySource`) and what the file exports (`MySource`). */
export interface Name {
  name: string
  symbol: string
}

const valid = /^[A-Za-z][A-Za-z0-9]*$/

/** Takes either spelling; undefined where the text is neither. */
export function parseName(text: string): Name | undefined {
  return valid.test(text) ? { name: nameOf(text), symbol: symbolOf(text) } : undefined
}

export const nameOf = (symbol: string): string => symbol.slice(0, 1).toLowerCase() + symbol.slice(1)

export const symbolOf = (name: string): string => capital(name)

/** The camel-case spelling nearest to a text: `my-source` → `mySource`, `1abc` → `abc`, `Ünï` → `uni`. May be empty. */
export function camelCase(text: string): string {
  const ascii = text.normalize('NFKD').replace(/\p{M}/gu, '')
  const words = ascii.split(/[^A-Za-z0-9]+/).filter(word => word !== '')
  const joined = words.map((word, index) => (index === 0 ? word : symbolOf(word))).join('')
  return nameOf(joined.replace(/^[0-9]+/, ''))
}

/** Why a text is not a plugin name, with the nearest valid one. */
export const nameAdvice = (text: string): string =>
  `Invalid plugin name "${text}": use camel case with letters and digits only, for example "${camelCase(text) || 'mySource'}"`
