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

/** Properties that a plugin's `config` refuses. */
export class PropertiesError extends Error {
  override name = 'PropertiesError'
  /** Whether they only lack what a rule has to give. */
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
 * Checks the properties of a rule against a plugin's `config`. What the engine put there for itself is left out
 * unless the schema asks for it; a key that the schema does not know is left out with a warning. Throws one error
 * that lists every wrong property. Without a schema the properties pass unchanged.
 *
 * Secrets (`env:NAME`, `file:PATH`) are read first, and no error shows them. The schema is asked more than once, so its own checks should have no effects.
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
    names.has(key) ? !isUnsetOption(kind, key, value) : !isEngineKey(kind, key),
  )
  const look = (tried: Props): Promise<Result<unknown>> => validate(schema, tried, names, listed)
  const result = await withMilliseconds(own, look)
  if (result.issues !== undefined) throw wrongProps(result.issues, props, kind, { secrets, looks })
  const value = objectFrom(result.value)
  return { value, warnings: ignoredIn(own, value, looks).map(warn) }
}

/** Where the schema refuses a duration, it gets the number that the engine has rewritten. */
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

// A schema that asked which keys there are, or asked for none, may want the unknown ones too: it sees all of them
// first. Only if it refuses them (as strict ones do), and always with any other schema, they are dropped.
async function validate(schema: Schema, own: Props, names: ReadonlySet<string>, listed: boolean) {
  const mayWantAll = listed || names.size === 0
  const whole = mayWantAll ? await schema['~standard'].validate(own) : undefined
  if (whole !== undefined && whole.issues === undefined) return whole
  return mildest(await schema['~standard'].validate(pick(own, key => names.has(key))), whole)
}

// Without its unknown keys a strict schema has less to say; one that copies its input first has lost all of that.
function mildest(known: Result<unknown>, whole: Result<unknown> | undefined): Result<unknown> {
  if (known.issues === undefined || whole?.issues === undefined) return known
  return whole.issues.length < known.issues.length ? whole : known
}

function pick(props: Props, keep: (key: string, value: unknown) => boolean): Props {
  return Object.fromEntries(Object.entries(props).filter(([key, value]) => keep(key, value)))
}

function objectFrom(value: unknown): Props {
  // Also an instance: a schema may transform the properties into one.
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

/** What was meant by a key for which a strict schema refuses an object. */
const hintFor = ({ message }: Issue, props: Props, looks: Looks): string =>
  strangersIn(props, looks)
    .filter(({ path, meant }) => meant !== undefined && message.includes(`"${path.at(-1)}"`))
    .map(({ meant }) => `, did you mean "${meant}"`)
    .join('')

function warn({ name, meant }: Stranger): string {
  const remedy = meant === undefined ? 'remove it' : `did you mean "${meant}"`
  return `Ignored the property "${name}": "config" does not know it, ${remedy}`
}
