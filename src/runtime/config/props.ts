import { isObject } from '../../data/object.js'
import type { Kind } from '../../plugin/kind.js'
import { millisecondsOf } from '../../ekuiper/durations.js'
import { isEngineKey, isUnsetOption } from '../../ekuiper/engine-keys.js'
import { describeIssue, isMissing } from './issue.js'
import type { Issue, Result, Schema } from './schema.js'
import { type Environment, readSecrets, type SecretPath, secretsOf } from './secrets.js'
import { ignoredIn, type Stranger, strangersIn } from './strangers.js'
import { type Looks, watch } from './watch.js'

type Props = Record<string, unknown>

/** What the host itself reads of the properties. */
const ownKeys: Record<Kind, readonly string[]> = { source: [], sink: ['deadLetters'], function: [] }

/** Properties that a plugin's `config` refuses. */
export class PropertiesError extends Error {
  override name = 'PropertiesError'
  /** Whether they only lack properties, which a rule provides. */
  readonly onlyMissing: boolean

  constructor(message: string, onlyMissing: boolean) {
    super(message)
    this.onlyMissing = onlyMissing
  }
}

/** Properties as `configure` receives them, and a sentence for each key that the plugin's `config` does not know. */
export interface ParsedProps {
  readonly value: Props
  readonly warnings: string[]
}

/**
 * Validates the properties of a rule with a plugin's `config`. Properties that the engine adds for itself are
 * removed unless the schema asks for them. Unknown properties are removed with a warning. Throws one error that lists
 * every invalid property. Without a schema, the properties pass unchanged.
 *
 * Secrets (`env:NAME`, `file:PATH`) are resolved first, and no error shows them. The schema runs more than once, so its
 * custom checks should have no side effects.
 */
export async function parseProps(
  schema: Schema | undefined,
  given: Props,
  kind: Kind,
  env: Environment = {},
): Promise<ParsedProps> {
  if (schema === undefined) return { value: given, warnings: [] }
  const secrets = secretsOf(schema)
  const props = readSecrets(given, secrets, env)
  const looks = await watch(schema, props)
  const { names, listed } = looks
  const own = pick(props, (key, value) =>
    names.has(key)
      ? !isUnsetOption(kind, key, value)
      : !isEngineKey(kind, key) && !ownKeys[kind].includes(key),
  )
  const look = (tried: Props): Promise<Result<unknown>> => validate(schema, tried, names, listed)
  const result = await withMilliseconds(own, look)
  if (result.issues !== undefined) throw wrongProps(result.issues, props, kind, { secrets, looks })
  const value = objectFrom(result.value)
  return { value, warnings: ignoredIn(own, value, looks).map(warn) }
}

/** If the schema refuses a duration, it gets the number that the engine has rewritten. */
async function withMilliseconds(
  own: Props,
  look: (props: Props) => Promise<Result<unknown>>,
): Promise<Result<unknown>> {
  const result = await look(own)
  const refused = new Set(result.issues?.map(({ path }) => firstKey(path)))
  const entries = Object.entries(own).map(([key, value]): [string, unknown] => {
    return [key, refused.has(key) ? (millisecondsOf(key, value) ?? value) : value]
  })
  const changed = entries.some(([key, value]) => own[key] !== value)
  return changed ? look(Object.fromEntries(entries)) : result
}

function firstKey(path: Issue['path']): PropertyKey | undefined {
  const first = path?.[0]
  return typeof first === 'object' ? first.key : first
}

// A schema that enumerates keys, or asks for none, may accept unknown ones too, so it first sees all of them. They are
// removed if it refuses them (as strict schemas do), and always for any other schema.
async function validate(schema: Schema, own: Props, names: ReadonlySet<string>, listed: boolean) {
  const mayWantAll = listed || names.size === 0
  const whole = mayWantAll ? await schema['~standard'].validate(own) : undefined
  if (whole !== undefined && whole.issues === undefined) return whole
  return mildest(await schema['~standard'].validate(pick(own, key => names.has(key))), whole)
}

// Without unknown keys, a strict schema reports fewer issues. A schema that copies its input first has reported nothing
// about them.
function mildest(known: Result<unknown>, whole: Result<unknown> | undefined): Result<unknown> {
  if (known.issues === undefined || whole?.issues === undefined) return known
  return whole.issues.length < known.issues.length ? whole : known
}

function pick(props: Props, keep: (key: string, value: unknown) => boolean): Props {
  return Object.fromEntries(Object.entries(props).filter(([key, value]) => keep(key, value)))
}

function objectFrom(value: unknown): Props {
  // This accepts instances too: a schema may transform the properties into one.
  if (isObject(value)) return value
  throw new TypeError('Cannot use the schema "config": it must describe an object, as z.object does')
}

interface Known {
  secrets: readonly SecretPath[]
  looks: Looks
}

function wrongProps(issues: readonly Issue[], props: Props, kind: Kind, { secrets, looks }: Known): Error {
  const reasons = issues.map(issue => describeIssue(issue, props, secrets) + hintFor(issue, props, looks))
  return new PropertiesError(
    `Cannot configure the ${kind}: ${reasons.join('; ')}`,
    issues.every(issue => isMissing(issue, props)),
  )
}

/** The known key that is most similar to an unknown key in an object that a strict schema refuses. */
const hintFor = ({ message }: Issue, props: Props, looks: Looks): string =>
  strangersIn(props, looks)
    .filter(({ path, meant }) => meant !== undefined && message.includes(`"${path.at(-1)}"`))
    .map(({ meant }) => `, did you mean "${meant}"`)
    .join('')

function warn({ name, meant }: Stranger): string {
  const remedy = meant === undefined ? 'remove it' : `did you mean "${meant}"`
  return `Ignored the property "${name}": "config" does not know it, ${remedy}`
}
