import { UsageError } from '../errors/usage-error.js'

// A parser for as much of eKuiper's SQL as shows which functions a statement calls and which streams it reads. It
// recognizes comments, strings and quoted names like the engine's own scanner: the characters of `--` and of comment
// delimiters may have spaces between them.

interface Token {
  kind: 'word' | 'name' | 'text' | 'sign'
  text: string
}

const pattern =
  /-\s*-[^\n]*|\/\s*\*[\s\S]*?(?:\*\/|$)|"(?:\\[\s\S]|[^"\\])*"?|'(?:\\[\s\S]|[^'\\])*'?|`([^`]*)`?|[\p{L}_][\p{L}\p{Nd}_]*|[^\s]/gu

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  for (const [text, quoted] of sql.matchAll(pattern)) {
    if (quoted !== undefined) tokens.push({ kind: 'name', text: quoted })
    else if (/^["']/.test(text)) tokens.push({ kind: 'text', text: text.slice(1, -1) })
    else if (/^[\p{L}_]/u.test(text)) tokens.push({ kind: 'word', text })
    else if (text.length === 1) tokens.push({ kind: 'sign', text })
  }
  return tokens
}

/** Names before an opening bracket: function calls, and keywords such as `IN`. */
export function callsIn(sql: string): Set<string> {
  const tokens = tokensOf(sql)
  const calls = tokens.filter(({ kind }, i) => isName(kind) && isSign(tokens[i + 1], '('))
  return new Set(calls.map(({ text }) => text))
}

/** The streams and tables that a statement reads: the names after `FROM` and `JOIN`. */
export function streamsIn(sql: string): Set<string> {
  const tokens = tokensOf(sql)
  const streams = tokens.filter(({ kind }, i) => isName(kind) && isWord(tokens[i - 1], ['FROM', 'JOIN']))
  return new Set(streams.map(({ text }) => text))
}

/** The options of a `CREATE STREAM` statement, by upper-case name. */
export function optionsOf(statement: string): Map<string, string> {
  const tokens = tokensOf(statement)
  const options = new Map<string, string>()
  for (const [i, { kind, text }] of tokens.entries()) {
    const value = tokens[i + 2]
    if (kind === 'word' && isSign(tokens[i + 1], '=') && value?.kind === 'text')
      options.set(text.toUpperCase(), value.text)
  }
  return options
}

const isName = (kind: Token['kind']): boolean => kind === 'word' || kind === 'name'

const isSign = (token: Token | undefined, sign: string): boolean =>
  token?.kind === 'sign' && token.text === sign

const isWord = (token: Token | undefined, words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.text.toUpperCase())

/** The statements in a text, separated by semicolons. */
export function statementsOf(sql: string): string[] {
  const statements: string[] = []
  let start = 0
  for (const { 0: text, index } of sql.matchAll(pattern)) {
    if (text !== ';') continue
    statements.push(sql.slice(start, index))
    start = index + 1
  }
  return [...statements, sql.slice(start)].map(statement => statement.trim()).filter(hasWords)
}

const hasWords = (statement: string): boolean => tokensOf(statement).length > 0

/** Statements that create streams and tables, and the one SELECT that reads them. */
export interface Rule {
  creating: string[]
  select: string
}

/** The rule in a text. */
export function ruleFrom(statements: readonly string[]): Rule {
  const creating = statements.filter(statement => createdBy(statement) !== undefined)
  const [select, ...others] = statements.filter(statement => createdBy(statement) === undefined)
  if (select !== undefined && others.length === 0) return { creating, select }
  const count = statements.length - creating.length
  throw new UsageError(`Cannot create the rule: it needs one SELECT statement, and has ${count}`)
}

/** A stream or table that a statement creates. */
export interface Created {
  kind: 'stream' | 'table'
  name: string
}

/** The name of the stream or table that a `CREATE` statement creates; undefined for any other statement. */
export function createdBy(statement: string): Created | undefined {
  const [create, kind, name] = tokensOf(statement)
  if (!isWord(create, ['CREATE']) || name === undefined || !isName(name.kind)) return undefined
  if (isWord(kind, ['STREAM'])) return { kind: 'stream', name: name.text }
  return isWord(kind, ['TABLE']) ? { kind: 'table', name: name.text } : undefined
}
