import type { RulePlace } from '../plugin/rule-place.js'

/** The socket addresses of an engine's channels. Every engine uses `/tmp`. Tests may use another folder. */
export class Channels {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  control = (packageName: string): string => this.#path(`plugin_${packageName}`)
  function = (name: string): string => this.#path(`func_${name}`)
  data = (place: RulePlace): string => this.#path(keyOf(place))
  acknowledgements = (place: RulePlace): string => this.#path(`${keyOf(place)}_ack`)

  #path(name: string): string {
    if (!/[/\0]/.test(name)) return `${this.#folder}/${name}.ipc`
    throw new Error(`Channel "${name}" cannot be a file: rename the rule without "/"`)
  }
}

/** The name under which the engine knows a running source or sink. */
export const keyOf = ({ ruleId, opId, instanceId }: RulePlace): string => `${ruleId}_${opId}_${instanceId}`
