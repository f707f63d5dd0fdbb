import { UsageError } from '../errors/usage-error.js'
import { objectOf, textOf } from '../data/lenient.js'
import { type Engine, EngineRefusal } from './engine.js'

// Two pushes at the same time would delete what the other one installs. An engine has no locks, but it creates each
// stream only once. A stream without rows, whose DATASOURCE is the time on the engine's clock, serves as the lock.

/** A killed push leaves its lock. No push takes longer than this. */
const longestPush = 10 * 60_000

const lockNameOf = (name: string): string => `kplug_push_${name.replace(/\W/g, '_')}`

/** Runs while no other push changes the package. Throws if another one does. With `force`, it takes over the lock. */
export async function withLock<T>(
  engine: Engine,
  name: string,
  force: boolean,
  act: () => Promise<T>,
): Promise<T> {
  const lock = lockNameOf(name)
  const now = (await engine.ask({ method: 'GET', path: '/' })).date
  if (!(await create(engine, lock, now))) {
    await refuseIfHeld(engine, lock, { name, now, force })
    await remove(engine, lock)
    if (!(await create(engine, lock, now))) throw held(name, 0)
  }
  try {
    return await act()
  } finally {
    await remove(engine, lock)
  }
}

async function create(engine: Engine, lock: string, now: number): Promise<boolean> {
  try {
    await engine.send('POST', '/streams', {
      sql: `CREATE STREAM ${lock} () WITH (TYPE="memory", DATASOURCE="${now}", FORMAT="json")`,
    })
    return true
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 400) return false
    throw error
  }
}

async function refuseIfHeld(
  engine: Engine,
  lock: string,
  { name, now, force }: { name: string; now: number; force: boolean },
): Promise<void> {
  const stream = await engine.json('GET', `/streams/${lock}`)
  const options = objectOf(objectOf(stream)['Options'])
  const age = now - Number(textOf(options['datasource']))
  if (!force && age < longestPush) throw held(name, age)
}

const held = (name: string, age: number): UsageError =>
  new UsageError(
    `Cannot change "${name}": another push to this engine began ${Math.round(age / 1000)} s ago; run the command again when that has finished, or use "--force" if it was killed`,
  )

/** After a crash, an engine restores its streams, including the lock. The lock then expires. */
async function remove(engine: Engine, lock: string): Promise<void> {
  await engine.send('DELETE', `/streams/${lock}`).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error
  })
}
