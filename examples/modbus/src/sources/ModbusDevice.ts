import type { About, Source, SourceContext } from 'kplug'
import modbus from 'modbus-serial'
import * as z from 'zod'

export const about: About = {
  description: {
    en: 'Reads holding registers of a Modbus TCP device',
    zh: '读取 Modbus TCP 设备的保持寄存器',
  },
  label: { en: 'Modbus registers', zh: 'Modbus 寄存器' },
}

export const config = z.object({
  host: z
    .string()
    .default('127.0.0.1')
    .meta({
      label: { en: 'Host', zh: '主机' },
      hint: { en: 'The address of the device', zh: '设备地址' },
      connection: true,
    }),
  port: z
    .number()
    .int()
    .default(502)
    .meta({
      label: { en: 'Port', zh: '端口' },
      hint: { en: 'The TCP port of the device', zh: '设备的 TCP 端口' },
      connection: true,
    }),
  unit: z
    .number()
    .int()
    .default(1)
    .meta({ label: { en: 'Unit', zh: '从站地址' }, hint: { en: 'The unit identifier', zh: '从站标识' } }),
  address: z
    .number()
    .int()
    .default(0)
    .meta({
      label: { en: 'Address', zh: '起始地址' },
      hint: { en: 'The first register', zh: '第一个寄存器' },
    }),
  count: z
    .number()
    .int()
    .min(1)
    .max(125)
    .default(1)
    .meta({
      label: { en: 'Count', zh: '数量' },
      hint: { en: 'How many registers to read', zh: '读取的寄存器数量' },
    }),
  every: z
    .number()
    .int()
    .positive()
    .default(1000)
    .meta({
      label: { en: 'Every', zh: '读取间隔' },
      hint: { en: 'Milliseconds between two readings', zh: '两次读取之间的毫秒数' },
    }),
})

/** Named configurations: `CONF_KEY="local"` of a stream. */
export const configurations = { local: { host: '127.0.0.1', count: 2 } }

type Props = z.infer<typeof config>

/** All rules with one device share its connection: many devices accept only one. */
export class ModbusDevice implements Source<Props> {
  #props: Props = config.parse({})

  configure(_dataSource: string, props: Props) {
    this.#props = props
  }

  async *open(ctx: SourceContext) {
    const { host, port, every, ...reading } = this.#props
    const device = await ctx.shared(
      `modbus://${host}:${port}`,
      () => Device.connect(host, port),
      opened => opened.close(),
    )
    while (!ctx.signal.aborted) {
      yield { at: Date.now(), values: await device.read(reading) }
      await ctx.sleep(every)
    }
  }
}

type Client = InstanceType<typeof modbus.default>

/** A connection that reads one thing at a time: the unit is a setting of the client, not of a request. */
class Device {
  readonly #client: Client
  #last: Promise<unknown> = Promise.resolve()

  private constructor(client: Client) {
    this.#client = client
  }

  static async connect(host: string, port: number): Promise<Device> {
    const client = new modbus.default()
    client.setTimeout(2000)
    await client.connectTCP(host, { port })
    return new Device(client)
  }

  read({ unit, address, count }: Pick<Props, 'unit' | 'address' | 'count'>): Promise<number[]> {
    const reading = this.#last.then(async () => {
      this.#client.setID(unit)
      return (await this.#client.readHoldingRegisters(address, count)).data
    })
    this.#last = reading.catch(() => {})
    return reading
  }

  close(): Promise<void> {
    return new Promise(resolve => this.#client.close(() => resolve()))
  }
}
