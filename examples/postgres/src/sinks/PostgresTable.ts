import type { About, Row, Sink, SinkContext } from 'kplug'
import { Pool } from 'pg'
import * as z from 'zod'

export const about: About = {
  description: { en: 'Inserts rows into a table of PostgreSQL', zh: '将数据写入 PostgreSQL 表' },
  label: { en: 'PostgreSQL', zh: 'PostgreSQL' },
}

export const config = z.object({
  url: z
    .string()
    .default('postgres://127.0.0.1:5432/postgres')
    .meta({
      label: { en: 'URL', zh: '地址' },
      hint: {
        en: 'The database, or where to read its URL: env:NAME, file:PATH',
        zh: '数据库地址，或其来源：env:NAME、file:PATH',
      },
      secret: true,
      connection: true,
    }),
  table: z.string().meta({ label: { en: 'Table', zh: '表' }, hint: { en: 'The table', zh: '表名' } }),
  retries: z
    .number()
    .int()
    .nonnegative()
    .default(5)
    .meta({
      label: { en: 'Retries', zh: '重试次数' },
      hint: {
        en: 'How often to try again when the database is out of reach',
        zh: '数据库无法连接时的重试次数',
      },
    }),
  pause: z
    .number()
    .int()
    .positive()
    .default(200)
    .meta({
      label: { en: 'Pause', zh: '重试间隔' },
      hint: {
        en: 'Milliseconds before the first retry; each pause is twice the one before',
        zh: '首次重试前的毫秒数；之后每次加倍',
      },
    }),
})

type Props = z.infer<typeof config>

/** The methods of a pg `Pool` that this sink uses. */
export interface Database {
  query(text: string, values: unknown[]): Promise<unknown>
  end(): Promise<void>
}

/** Rows with the same fields go in one statement. */
export class PostgresTable implements Sink<Props> {
  #props: Props | undefined
  #database: Database | undefined

  configure(props: Props) {
    this.#props = props
  }

  /** All rules with one database share its connections. */
  async open(ctx: SinkContext) {
    const { url } = this.#configured()
    this.#database = await ctx.shared<Database>(
      url,
      () => new Pool({ connectionString: url, max: 2 }),
      pool => pool.end(),
    )
  }

  async collect(ctx: SinkContext, data: unknown) {
    const { table, retries, pause } = this.#configured()
    // The rule sends a row, or an array of rows.
    const statement = insert(table, (Array.isArray(data) ? data : [data]) as Row[])
    for (let tries = 0; ; tries += 1) {
      try {
        await this.#database?.query(statement.text, statement.values)
        return
      } catch (error) {
        if (tries === retries || !isOutOfReach(error) || ctx.signal.aborted) throw error
        ctx.logger.warn(`the database is out of reach, try ${tries + 1} of ${retries}`)
        await ctx.sleep(pause * 2 ** tries)
      }
    }
  }

  #configured(): Props {
    if (this.#props) return this.#props
    throw new Error('The sink is not configured')
  }
}

/** One INSERT for rows that have the columns of the first. */
export function insert(table: string, rows: readonly Row[]): { text: string; values: unknown[] } {
  const columns = Object.keys(rows[0] ?? {})
  if (columns.length === 0) throw new Error('The row has no fields')
  const places = rows.map(
    (_, row) => `(${columns.map((__, i) => `$${row * columns.length + i + 1}`).join(', ')})`,
  )
  return {
    text: `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES ${places.join(', ')}`,
    values: rows.flatMap(row => columns.map(column => row[column])),
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Errors of the network, and of a server that starts or stops (class 57); a wrong statement is tried once. */
const isOutOfReach = (error: unknown): boolean =>
  error instanceof Error && /^(E[A-Z]+|57P0.|08...)$/.test(String(Reflect.get(error, 'code')))
