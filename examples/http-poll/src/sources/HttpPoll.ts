import type { About, Row, Source, SourceContext } from 'kplug'
import * as z from 'zod'

export const about: About = {
  description: {
    en: 'Polls an HTTP endpoint and emits the rows of its JSON',
    zh: '轮询 HTTP 接口并输出其 JSON 数据',
  },
  label: { en: 'HTTP poll', zh: 'HTTP 轮询' },
  dataSource: {
    default: '/',
    label: { en: 'Path', zh: '路径' },
    hint: { en: 'The path of the endpoint', zh: '接口的路径' },
  },
}

export const config = z.object({
  url: z
    .url()
    .default('http://127.0.0.1:8080')
    .meta({
      label: { en: 'URL', zh: '地址' },
      hint: {
        en: 'The server; the DATASOURCE of the stream is the path',
        zh: '服务器地址；流的 DATASOURCE 为路径',
      },
      connection: true,
    }),
  every: z
    .number()
    .int()
    .positive()
    .default(10_000)
    .meta({
      label: { en: 'Every', zh: '轮询间隔' },
      hint: { en: 'Milliseconds between two requests', zh: '两次请求之间的毫秒数' },
    }),
  limit: z
    .number()
    .int()
    .positive()
    .default(5000)
    .meta({
      label: { en: 'Time limit', zh: '请求时限' },
      hint: { en: 'Milliseconds that a request may take', zh: '单次请求允许的毫秒数' },
    }),
  token: z
    .string()
    .default('')
    .meta({
      label: { en: 'Token', zh: '令牌' },
      hint: {
        en: 'A bearer token, or where to read it: env:NAME, file:PATH',
        zh: 'Bearer 令牌，或其来源：env:NAME、file:PATH',
      },
      secret: true,
    }),
})

/** Named configurations: `CONF_KEY="local"` of a stream. */
export const configurations = { local: { url: 'http://127.0.0.1:8080', every: 1000 } }

type Props = z.infer<typeof config>

/** A failed request is an error of the rule; the next one follows at its usual time. */
export class HttpPoll implements Source<Props> {
  #url = new URL('http://127.0.0.1')
  #props: Props = config.parse({})

  configure(dataSource: string, props: Props) {
    this.#url = new URL(dataSource, props.url)
    this.#props = props
  }

  async *open(ctx: SourceContext) {
    while (!ctx.signal.aborted) {
      try {
        yield* await this.#poll(ctx.signal)
      } catch (error) {
        if (!ctx.signal.aborted) ctx.error(error)
      }
      await ctx.sleep(this.#props.every)
    }
  }

  async #poll(stopped: AbortSignal): Promise<Row[]> {
    const { limit, token } = this.#props
    const response = await fetch(this.#url, {
      headers: token === '' ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.any([stopped, AbortSignal.timeout(limit)]),
    })
    if (!response.ok) throw new Error(`${this.#url.href} returned ${response.status}`)
    const body: unknown = await response.json()
    // kplug refuses what is no row when it is emitted.
    return (Array.isArray(body) ? body : [body]) as Row[]
  }
}
