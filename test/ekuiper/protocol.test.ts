import { describe, expect, test } from 'vitest'
import {
  type Command,
  decodeAnswer,
  decodeCommand,
  decodePlace,
  decodeRequest,
  decodeSourceError,
  encodeCommand,
  encodeFailure,
  encodePlace,
  encodeRefusal,
  encodeRequest,
  encodeResult,
  encodeSourceError,
  encodeTuple,
  type Request,
} from '../../src/ekuiper/protocol.js'

const hot =
  '{"cmd":"start","arg":"{\\"symbolName\\":\\"lsink\\",\\"meta\\":{\\"ruleId\\":\\"r_hot\\",\\"opId\\":\\"lsink_0\\",\\"instanceId\\":0},\\"pluginType\\":\\"sink\\",\\"config\\":{\\"every\\":true,\\"requireAck\\":true}}"}'
const ofFunction =
  '{"cmd":"start","arg":"{\\"symbolName\\":\\"echo\\",\\"meta\\":{\\"ruleId\\":\\"\\",\\"opId\\":\\"\\",\\"instanceId\\":0},\\"pluginType\\":\\"func\\"}"}'

const source = (fields: object): string =>
  JSON.stringify({ cmd: 'start', arg: JSON.stringify({ symbolName: 's', pluginType: 'source', ...fields }) })

describe('a command', () => {
  test('that starts a sink is read as the engine writes it', () => {
    expect(decodeCommand(hot)).toEqual({
      action: 'start',
      kind: 'sink',
      name: 'lsink',
      place: { ruleId: 'r_hot', opId: 'lsink_0', instanceId: 0 },
      dataSource: '',
      props: { every: true, requireAck: true },
    })
  })

  test('that starts a function contains no rule', () => {
    expect(decodeCommand(ofFunction)).toMatchObject({
      kind: 'function',
      place: { ruleId: '', opId: '', instanceId: 0 },
      props: {},
    })
  })

  test.each([
    ['its own field', { dataSource: 'topic/a' }],
    ['the properties, where eKuiper 2 has it', { config: { datasource: 'topic/a' } }],
    ['its own field when both are there', { dataSource: 'topic/a', config: { datasource: 'b' } }],
  ])('takes the data source from %s', (_, fields) => {
    expect(decodeCommand(source(fields)).dataSource).toBe('topic/a')
  })

  test.each([
    ['', 'Unexpected end of JSON input'],
    ['[]', 'Message is not an object'],
    ['{"cmd":"pause"}', 'Unknown command "pause"'],
    ['{"cmd":"start"}', 'Command "start" has no argument'],
    ['{"cmd":"start","arg":"1"}', 'Message is not an object'],
    ['{"cmd":"start","arg":"{}"}', 'Unknown plugin type "undefined"'],
    ['{"cmd":"start","arg":"{\\"pluginType\\":\\"toString\\"}"}', 'Unknown plugin type "toString"'],
    ['{"cmd":"stop","arg":"{\\"pluginType\\":\\"sink\\"}"}', 'Command "stop" has no symbol name'],
  ])('%j is refused', (text, reason) => {
    expect(() => decodeCommand(text)).toThrow(reason)
  })
})

describe('a round trip', () => {
  const place = { ruleId: 'r', opId: 'o', instanceId: 2 }
  const commands: Command[] = [
    { action: 'start', kind: 'source', name: 's', place, dataSource: 'topic', props: { a: 1 } },
    { action: 'stop', kind: 'sink', name: 's', place, dataSource: '', props: { requireAck: true } },
  ]

  test.each(commands)('of the command to $action a $kind', command => {
    expect(decodeCommand(encodeCommand(command))).toEqual(command)
  })

  test('of the start of a function drops the rule and the properties', () => {
    const command: Command = {
      action: 'start',
      kind: 'function',
      name: 'f',
      place,
      dataSource: '',
      props: { a: 1 },
    }
    const nowhere = { ruleId: '', opId: '', instanceId: 0 }
    expect(decodeCommand(encodeCommand(command))).toEqual({ ...command, place: nowhere, props: {} })
  })

  test('of a request, its context, its answers and a source error', () => {
    const context = encodePlace({ ...place, funcId: 3 })
    const request: Request = { func: 'Exec', arg: [1], context }
    expect(decodeRequest(encodeRequest(request))).toEqual(request)
    expect(decodePlace(context)).toEqual({ ...place, funcId: 3 })
    expect(decodeAnswer(encodeResult('[1]'))).toEqual({ result: [1] })
    expect(decodeAnswer(encodeFailure('why'))).toEqual({ failure: 'why' })
    expect(decodeSourceError(encodeSourceError('why'))).toBe('why')
    expect(decodeSourceError(encodeTuple('{}', '{}'))).toBeUndefined()
  })
})

describe('a request', () => {
  test.each([
    ['{"func":"Exec","arg":[30.5,"{}"]}', { func: 'Exec', arg: [30.5], context: '{}' }],
    [
      '{"func":"Exec","arg":[9007199254740993,"{}"]}',
      { func: 'Exec', arg: [9007199254740993n], context: '{}' },
    ],
    ['{"func":"Exec","arg":[]}', { func: 'Exec', arg: [], context: '{}' }],
    ['{"func":"IsAggregate","arg":null}', { func: 'IsAggregate', arg: [] }],
    ['{"func":"Validate","arg":[{"Name":"t"}]}', { func: 'Validate', arg: [{ Name: 't' }] }],
  ])('%s is read', (text, request) => {
    expect(decodeRequest(text)).toEqual(request)
  })

  test.each([
    ['null', 'Request is not an object'],
    ['{"func":"exec"}', 'Unknown request "exec"'],
  ])('%s is refused', (text, reason) => {
    expect(() => decodeRequest(text)).toThrow(reason)
  })

  test.each([
    [
      '{"ruleId":"r","opId":"2_project","instanceId":1,"funcId":3}',
      { ruleId: 'r', opId: '2_project', instanceId: 1, funcId: 3 },
    ],
    ['{}', { ruleId: '', opId: '', instanceId: 0, funcId: 0 }],
  ])('%s names a place', (text, place) => {
    expect(decodePlace(text)).toEqual(place)
  })
})

test.each([
  [encodeResult('[1]'), '{"state":true,"result":[1]}'],
  [encodeFailure('say "no"'), '{"state":false,"result":"say \\"no\\""}'],
  [encodeTuple('{"a":1}', '{}'), '{"message":{"a":1},"meta":{}}'],
  [encodeSourceError('handshake failed'), '"handshake failed"'],
  [encodeRefusal('disk full'), '{"error":"disk full"}'],
])('a reply is written as %s', (encoded, wire) => {
  expect(encoded).toBe(wire)
})
