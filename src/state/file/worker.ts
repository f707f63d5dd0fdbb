/** Runs a task once at a time, however often it is asked for. */
export class Worker {
  readonly #task: () => Promise<void>
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(task: () => Promise<void>) {
    this.#task = task
  }

  get busy(): boolean {
    return this.#running !== undefined
  }

  /** Resolves when the run that is at work now has ended, well or not. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => {})
  }

  /** Settles with a run that begins after this call; all who ask while one is at work share the next. */
  run(): Promise<void> {
    if (this.#next) return this.#next
    if (!this.#running) return this.#start()
    this.#next = this.#running
      .catch(() => {})
      .then(() => {
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
