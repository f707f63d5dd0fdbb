import * as fs from 'node:fs'
import * as path from 'node:path'
import { kplug } from './io.js'
import { type Engine, unique } from './engine.js'

const fixtures = path.join(import.meta.dirname, '..', 'fixtures', 'in-engine')
let made = 0

/** A project of plugins from `test/fixtures/in-engine`, each renamed so that no other engine's channels are disturbed. */
export class Packed {
  readonly #engine: Engine
  readonly #settings: object
  readonly #tag: string
  readonly name: string
  /** The project. */
  readonly folder: string

  /** `files` are such as `functions/Reverse`; `settings` is what package.json says under "kplug". */
  constructor(engine: Engine, files: readonly string[], settings: object = {}) {
    made += 1
    this.#engine = engine
    this.#settings = settings
    this.#tag = `X${unique}X${made}`
    this.name = `test${this.#tag}`
    this.folder = path.join(engine.temp, this.name)
    for (const file of files) this.#copy(file)
  }

  #copy(file: string): void {
    const [kind = '', symbol = ''] = file.split('/')
    const text = fs.readFileSync(path.join(fixtures, `${file}.ts`), 'utf8')
    const renamed = text.replaceAll(new RegExp(`\\bclass ${symbol}\\b`, 'g'), `class ${symbol}${this.#tag}`)
    const folder = path.join(this.folder, 'src', kind)
    fs.mkdirSync(folder, { recursive: true })
    fs.writeFileSync(path.join(folder, `${symbol}${this.#tag}.ts`), renamed)
  }

  /** Puts another file into the project. */
  write(file: string, text: string): void {
    const full = path.join(this.folder, file)
    fs.mkdirSync(path.dirname(full), { recursive: true })
    fs.writeFileSync(full, text)
  }

  setVersion(version: string): void {
    const manifest = { name: this.name, version, type: 'module', kplug: this.#settings }
    fs.writeFileSync(path.join(this.folder, 'package.json'), JSON.stringify(manifest))
  }

  /** Changes the source text of a plugin. */
  edit(file: string, from: string, to: string): void {
    const full = path.join(this.folder, 'src', `${file}${this.#tag}.ts`)
    fs.writeFileSync(full, fs.readFileSync(full, 'utf8').replace(from, to))
  }

  /** What SQL and actions call a plugin of this package: `reverse` → `reverseX…`. */
  named(plugin: string): string {
    return `${plugin}${this.#tag}`
  }

  /** Packs as a user does. Answers the zip as the engine is told of it. */
  async pack(version: string): Promise<{ name: string; file: string }> {
    this.setVersion(version)
    const { code, stderr } = await kplug(this.folder, 'pack')
    if (code !== 0) throw new Error(`kplug pack ended with ${code}: ${stderr}`)
    return { name: this.name, file: `file://${this.folder}/dist/${this.name}-${version}.zip` }
  }

  async install(version = '1.0.0'): Promise<void> {
    await this.#engine.post('/plugins/portables', await this.pack(version))
  }

  async update(version: string): Promise<void> {
    await this.#engine.put(`/plugins/portables/${this.name}`, await this.pack(version))
  }

  async remove(): Promise<void> {
    await this.#engine.delete(`/plugins/portables/${this.name}`)
  }

  async status(): Promise<{ refCount: Record<string, number> | null; status: string; errMsg: string }> {
    const status = await this.#engine.get(`/plugins/portables/${this.name}/status`)
    return status as { refCount: Record<string, number> | null; status: string; errMsg: string }
  }

  /** All its processes. */
  processes(): number[] {
    return this.#engine.processes(this.name)
  }

  /** Those that serve the engine: not the shells that watch over them. */
  hosts(): number[] {
    return this.processes().filter(pid => isNode(pid))
  }
}

function isNode(pid: number): boolean {
  try {
    // Newer ones are called `node-MainThread`.
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('node')
  } catch {
    // The process ended meanwhile.
    return false
  }
}
