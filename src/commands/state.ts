import * as path from 'node:path'
import type { Command } from 'commander'
import { didYouMean } from '../errors/nearest.js'
import { UsageError } from '../errors/usage-error.js'
import type { ExitCode, Io } from '../io.js'
import { asJson } from '../report/json.js'
import { keysAsJson, keysAsText, placesAsTable, type ShownKey } from '../report/state.js'
import { counted } from '../report/table.js'
import { openDriver } from '../state/open.js'
import { groupBy } from '../plugin/group.js'
import { keyOfPlugin } from '../plugin/plugin-id.js'
import { stateActions } from './arguments.js'
import { say } from './say.js'
import { contentsOf, type FoundKey, survey } from '../state/survey.js'

interface Filter {
  plugin?: string
  rule?: string
  key?: string
}

interface Options extends Filter {
  all?: boolean
  json?: boolean
}

type Action = (typeof stateActions)[number]

export function define(command: Command): void {
  command
    .argument('<action>', 'list, show or clear')
    .argument('<store>', 'folder of a state, or redis://HOST:PORT/PREFIX')
    .option('--plugin <name>', 'only this plugin: its name, or for example "function/myFunc"')
    .option('--rule <id>', 'only the state of this rule')
    .option('--key <key>', 'only this key')
    .option('--all', 'clear everything in the store')
    .option('--json', 'print JSON')
}

export async function run(io: Io, [word, store]: [string, string], options: Options): Promise<ExitCode> {
  const action = actionFrom(word)
  if (action === 'clear') refuseToClearByMistake(options)
  const address = addressOf(store, io.cwd())
  try {
    const keys = await matching(address, options)
    if (action === 'clear') await clear(address, keys)
    io.stdout.write(shown(action, keys, options))
    if (keys.length === 0) say(io, `No state in ${store}${isFiltered(options) ? ' matches' : ''}`)
    return 0
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error })
  }
}

function actionFrom(word: string): Action {
  const action = stateActions.find(known => known === word)
  if (action) return action
  throw new UsageError(
    `Invalid action "${word}": ${didYouMean(word, stateActions, 'use list, show or clear')}`,
  )
}

const isFiltered = ({ plugin, rule, key }: Filter): boolean =>
  [plugin, rule, key].some(one => one !== undefined)

function refuseToClearByMistake(options: Options): void {
  if (isFiltered(options) !== (options.all === true)) return
  throw new UsageError(
    options.all
      ? 'Cannot combine "--all" with "--plugin", "--rule" or "--key": use "--all" alone to clear everything'
      : 'Cannot clear a state without a filter: use "--plugin", "--rule" or "--key", or "--all" for everything',
  )
}

const addressOf = (store: string, cwd: string): string =>
  /^rediss?:/.test(store) ? store : `file:${path.resolve(cwd, store.replace(/^file:/, ''))}`

async function matching(address: string, { plugin, rule, key }: Filter): Promise<FoundKey[]> {
  const keys: FoundKey[] = []
  for await (const found of survey(address)) {
    if (plugin !== undefined && ![found.name, `${found.kind}/${found.name}`].includes(plugin)) continue
    if (rule !== undefined && found.place.ruleId !== rule) continue
    if (key === undefined || found.key === key) keys.push(found)
  }
  return keys
}

/**
 * Deletes through the driver, which refuses a folder that another process uses: that process would not notice the
 * deletion.
 */
async function clear(address: string, keys: readonly FoundKey[]): Promise<void> {
  const driver = await openDriver(address, { warn: () => {}, lockWait: 0 })
  try {
    for (const own of groupBy(keys, keyOfPlugin).values()) {
      const storage = await driver.open(own[0].kind, own[0].name)
      for (const { full } of own) await storage.delete(full)
      await storage.close()
    }
  } finally {
    await driver.close()
  }
}

function shown(action: Action, found: readonly FoundKey[], { json }: Options): string {
  const keys: ShownKey[] = found.map(key => ({ ...key, contents: contentsOf(key) }))
  if (action === 'clear')
    return json ? asJson({ cleared: keys.length }) : `Cleared ${counted(keys.length, 'key')}\n`
  if (json) return asJson(keysAsJson(keys, action === 'show'))
  return action === 'show' ? keysAsText(keys) : placesAsTable(keys)
}
