import { expect, test } from 'vitest'
import * as z from 'zod'
import { formOf, sourceConfigurations } from '../../src/package/metadata.js'

const config = z.toJSONSchema(
  z.object({
    server: z
      .string()
      .default('tcp://127.0.0.1:1883')
      .describe('The broker')
      .meta({ label: { en: 'Broker', zh: '服务器' }, connection: true }),
    qos: z.literal([0, 1]).default(0),
    note: z
      .string()
      .optional()
      .meta({ control: 'textarea', hint: { en: 'Free text', zh: '备注' } }),
    unit: z.string().meta({ values: ['C', 'F'] }),
    password: z.string().meta({ secret: true }),
    tls: z.object({ verify: z.boolean().default(true) }).optional(),
  }),
  { io: 'input' },
)

const plugin = { kind: 'source', name: 'mqttReadings' } as const
const described = { plugin, about: { description: { en: 'Reads', zh: '读取' } }, config }

function fieldsOf(metadata: object): Record<string, Record<string, unknown>> {
  // The shape is the one that the test is about.
  const { properties } = metadata as { properties: { default: { name: string }[] } }
  return Object.fromEntries(properties.default.map(field => [field.name, { ...field }]))
}

test('texts are in English and Chinese; a missing translation is English in both', () => {
  expect(formOf(described)).toMatchObject({
    about: { description: { en_US: 'Reads', zh_CN: '读取' } },
    node: { label: { en_US: 'Mqtt readings', zh_CN: 'Mqtt readings' } },
  })
  expect(fieldsOf(formOf(described))['server']).toEqual({
    name: 'server',
    default: 'tcp://127.0.0.1:1883',
    optional: true,
    control: 'text',
    type: 'string',
    connection_related: true,
    hint: { en_US: 'The broker', zh_CN: 'The broker' },
    label: { en_US: 'Broker', zh_CN: '服务器' },
  })
})

test('a field has the control, the values and the form of its schema', () => {
  expect(fieldsOf(formOf(described))).toMatchObject({
    qos: { control: 'select', type: 'int', values: [0, 1] },
    note: { control: 'textarea', hint: { zh_CN: '备注' } },
    unit: { control: 'select', type: 'string', values: ['C', 'F'], optional: false },
    password: { control: 'password', type: 'string' },
    tls: { control: 'list', type: 'object', default: { verify: { control: 'radio', default: true } } },
  })
})

test('named configurations follow the defaults', () => {
  const configurations = { hall: { server: 'tcp://hall:1883' } }
  expect(sourceConfigurations({ ...described, configurations })).toEqual({
    default: { server: 'tcp://127.0.0.1:1883', qos: 0 },
    hall: { server: 'tcp://hall:1883' },
  })
})

test('a source says what its DATASOURCE is', () => {
  const about = { description: 'Reads', dataSource: { default: 'a/b', label: { en: 'Topic', zh: '主题' } } }
  expect(formOf({ ...described, about })).toMatchObject({
    dataSource: {
      default: 'a/b',
      label: { en_US: 'Topic', zh_CN: '主题' },
      hint: { en_US: 'The DATASOURCE of the stream' },
    },
  })
})

test('a sink also has the option for acknowledgements', () => {
  const { properties } = formOf({ ...described, plugin: { kind: 'sink', name: 'mqttReadings' } }) as {
    properties: { name: string }[]
  }
  expect(properties.map(({ name }) => name)).toEqual([...Object.keys(config.properties ?? {}), 'requireAck'])
})

test('a function has its arguments, with labels', () => {
  const about = {
    description: 'Adds',
    label: { en: 'Add', zh: '加' },
    args: [
      { name: 'first', type: 'int', label: { en: 'First', zh: '第一' } },
      { name: 'unit', type: 'string', values: ['C', 'F'], default: 'C' },
    ],
    returns: { type: 'int', description: 'The sum' },
  }
  expect(formOf({ plugin: { kind: 'function', name: 'add' }, about, config: {} })).toMatchObject({
    functions: [
      {
        name: 'add',
        example: 'add(first, unit)',
        node: { label: { en_US: 'Add', zh_CN: '加' } },
        args: [
          { name: 'first', type: 'int', control: 'field', label: { en_US: 'First', zh_CN: '第一' } },
          { name: 'unit', control: 'select', values: ['C', 'F'], default: 'C' },
        ],
        return: { type: 'int', hint: { en_US: 'The sum' } },
      },
    ],
  })
})
