import type { About, Row, Source, SourceContext } from 'kplug'
import mqtt from 'mqtt'
import * as z from 'zod'

export const about: About = {
  description: {
    en: 'Subscribes to an MQTT topic and emits its JSON messages',
    zh: '订阅 MQTT 主题并输出其 JSON 消息',
  },
  label: { en: 'MQTT topic', zh: 'MQTT 主题' },
  dataSource: {
    label: { en: 'Topic', zh: '主题' },
    hint: { en: 'The topic, with wildcards', zh: '主题，可使用通配符' },
  },
}

export const config = z.object({
  server: z
    .string()
    .default('mqtt://127.0.0.1:1883')
    .meta({
      label: { en: 'Broker', zh: '服务器' },
      hint: {
        en: 'The URL of the broker; the DATASOURCE of the stream is the topic',
        zh: '服务器 URL；流的 DATASOURCE 为主题',
      },
      connection: true,
    }),
  username: z
    .string()
    .default('')
    .meta({
      label: { en: 'User name', zh: '用户名' },
      hint: { en: 'The user, if the broker wants one', zh: '用户名（如果服务器需要）' },
      connection: true,
    }),
  password: z
    .string()
    .default('')
    .meta({
      label: { en: 'Password', zh: '密码' },
      hint: {
        en: 'The password, or where to read it: env:NAME, file:PATH',
        zh: '密码，或其来源：env:NAME、file:PATH',
      },
      secret: true,
      connection: true,
    }),
  qos: z
    .literal([0, 1, 2])
    .default(1)
    .meta({
      label: { en: 'QoS', zh: '服务质量' },
      hint: { en: 'The quality of service of the subscription', zh: '订阅的服务质量' },
    }),
})

/** Named configurations: `CONF_KEY="local"` of a stream. */
export const configurations = { local: { server: 'mqtt://127.0.0.1:1883' } }

type Props = z.infer<typeof config>

/** The client reconnects by itself, and subscribes again when it has. */
export class MySource implements Source<Props> {
  #topic = ''
  #props: Props = config.parse({})

  configure(dataSource: string, props: Props) {
    if (dataSource === '') throw new Error('The topic is missing: set it as the DATASOURCE of the stream')
    this.#topic = dataSource
    this.#props = props
  }

  async open(ctx: SourceContext) {
    const { server, username, password, qos } = this.#props
    const client = mqtt.connect(server, { username, password })
    client.on('error', error => ctx.error(error))
    client.on('offline', () => ctx.logger.warn(`lost the connection to ${server}`))
    // The client reads its next packet only when the rule has taken this one.
    client.handleMessage = ({ topic, payload }, taken) => {
      emit(ctx, topic, payload.toString()).then(() => taken(), taken)
    }
    client.on('connect', () => client.subscribe(this.#topic, { qos }))
    await ctx.closed
    await client.endAsync(true)
  }
}

async function emit(ctx: SourceContext, topic: string, text: string): Promise<void> {
  try {
    // kplug refuses what is no row when it is emitted.
    await ctx.emit(JSON.parse(text) as Row, { topic })
  } catch (error) {
    ctx.error(error)
  }
}
