import type { About, Row, Sink, SinkContext } from 'kplug'
import * as z from 'zod'

export const about: About = {
  description: { en: 'Writes rows to InfluxDB 2 or 3', zh: '将数据写入 InfluxDB 2 或 3' },
  label: { en: 'InfluxDB', zh: 'InfluxDB' },
}

/** Set `batchSize` in the rule's action: the sink then gets an array of rows, and writes it in one request. */
export const config = z.object({
  url: z
    .url()
    .default('http://127.0.0.1:8086')
    .meta({
      label: { en: 'URL', zh: '地址' },
      hint: { en: 'The server', zh: '服务器地址' },
      connection: true,
    }),
  org: z
    .string()
    .default('')
    .meta({ label: { en: 'Organization', zh: '组织' }, hint: { en: 'The organization', zh: '组织名称' } }),
  bucket: z
    .string()
    .meta({ label: { en: 'Bucket', zh: '存储桶' }, hint: { en: 'The bucket', zh: '存储桶名称' } }),
  token: z
    .string()
    .default('')
    .meta({
      label: { en: 'Token', zh: '令牌' },
      hint: {
        en: 'The token, or where to read it: env:NAME, file:PATH',
        zh: '令牌，或其来源：env:NAME、file:PATH',
      },
      secret: true,
    }),
  measurement: z
    .string()
    .meta({ label: { en: 'Measurement', zh: '测量' }, hint: { en: 'The measurement', zh: '测量名称' } }),
  tags: z
    .array(z.string())
    .default([])
    .meta({
      label: { en: 'Tags', zh: '标签' },
      hint: { en: 'Fields of the row that become tags', zh: '作为标签的字段' },
    }),
  time: z
    .string()
    .default('')
    .meta({
      label: { en: 'Time field', zh: '时间字段' },
      hint: {
        en: 'The field that holds the time in milliseconds; none: the time of the server',
        zh: '保存毫秒时间的字段；留空则使用服务器时间',
      },
    }),
})

type Props = z.infer<typeof config>

/** A batch that the server refuses is an error; with `requireAck` in the action, eKuiper sends it again. */
export class InfluxBatch implements Sink<Props> {
  #props: Props | undefined
  #url = new URL('http://127.0.0.1')

  configure(props: Props) {
    this.#props = props
    this.#url = new URL('/api/v2/write?precision=ms', props.url)
    this.#url.searchParams.set('org', props.org)
    this.#url.searchParams.set('bucket', props.bucket)
  }

  async collect(ctx: SinkContext, data: unknown) {
    const props = this.#props
    if (props === undefined) throw new Error('The sink is not configured')
    // The rule sends a row, or an array of rows.
    const rows = (Array.isArray(data) ? data : [data]) as Row[]
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { authorization: `Token ${props.token}` },
      body: rows.map(row => lineOf(row, props)).join('\n'),
      signal: ctx.signal,
    })
    if (!response.ok) throw new Error(`InfluxDB returned ${response.status}: ${await response.text()}`)
  }
}

/** A row in InfluxDB's line protocol: `measurement,tag=a field=1 1700000000000`. */
export function lineOf(
  row: Row,
  { measurement, tags, time }: Pick<Props, 'measurement' | 'tags' | 'time'>,
): string {
  const tagged = tags.flatMap(tag =>
    row[tag] === undefined ? [] : [`${escaped(tag)}=${escaped(textOf(row[tag]))}`],
  )
  const fields = Object.entries(row)
    .filter(([key]) => key !== time && !tags.includes(key))
    .flatMap(([key, value]) => (value === null ? [] : [`${escaped(key)}=${fieldOf(value)}`]))
  if (fields.length === 0) throw new Error('The row has no field that is neither tag nor time')
  const at = time === '' ? '' : ` ${textOf(row[time])}`
  return `${[escaped(measurement), ...tagged].join(',')} ${fields.join(',')}${at}`
}

const escaped = (text: string): string => text.replace(/[,= ]/g, String.raw`\$&`)

function fieldOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return `${value}i`
  return `"${textOf(value).replace(/["\\]/g, String.raw`\$&`)}"`
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value)
}
