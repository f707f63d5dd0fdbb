/** Runs a task, never twice at a time. Callers that ask during a run share the next one. */
export class CoalescedTask {
  readonly #task: () => Promise<void>
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(task: () => Promise<void>) {
    this.#task = task
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Resolves when the current run has ended, whether it succeeded or failed. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => {})
  }

  /** Settles with a run that begins after this call. */
  run(): Promise<void> {
    if (!this.#running && !this.#next) return this.#start()
    this.#next ??= this.idle().then(() => {
      this.#next = undefined
      return this.#start()
    })
    return this.#next
  }

  #start(): Promise<void> {
    const running = this.#task().finally(() => {
      this.#running = undefined
    })
    this.#running = running
    return running
  }
}
