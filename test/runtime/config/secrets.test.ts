import * as path from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { messageOf } from '../../../src/errors/reason.js'
import { Log } from '../../../src/host/log.js'
import { parseProps } from '../../../src/runtime/config/props.js'
import { folderWith } from '../../support/folder.js'
import { LogText } from '../../support/log-text.js'

const config = z.object({
  user: z.string().default('me'),
  password: z.string().min(4).meta({ secret: true }),
  broker: z.object({ pin: z.string().max(9).meta({ secret: true }) }).optional(),
})

test('a secret is read from the environment or a file, also within an object', async () => {
  const folder = folderWith({ pin: '1234\n' })
  const props = { password: 'env:PASSWORD', broker: { pin: `file:${path.join(folder, 'pin')}` } }
  expect((await parseProps(config, props, 'sink', { PASSWORD: 'hush' })).value).toEqual({
    user: 'me',
    password: 'hush',
    broker: { pin: '1234' },
  })
})

test('a secret that is not a reference stays unchanged, and so does any other property', async () => {
  const { value } = await parseProps(config, { user: 'env:HOME', password: 'plain' }, 'sink', { HOME: '/' })
  expect(value).toEqual({ user: 'env:HOME', password: 'plain' })
})

test.each([
  ['env:NOWHERE', 'Cannot read the secret "password": the environment variable "NOWHERE" is not set'],
  [
    'file:/no/such/file',
    'Cannot read the secret "password": the file "/no/such/file" cannot be read (ENOENT)',
  ],
])('the secret %s that cannot be resolved is refused by its name', async (password, sentence) => {
  await expect(parseProps(config, { password }, 'sink')).rejects.toThrow(sentence)
})

test('an error never shows a secret', async () => {
  const wrong = parseProps(config, { password: 'env:P', broker: { pin: 'far too long' } }, 'sink', {
    P: 'abc',
  })
  const message = await wrong.then(String, String)
  expect(message).toContain('password')
  expect(message).toContain('broker.pin')
  expect(message).not.toMatch(/abc|far too long/)
})

test('a secret that was read is hidden in the message of every error, and in every line of the log', async () => {
  const text = 'orchid, with a cactus'
  await parseProps(config, { password: 'env:P', broker: { pin: 'cactus' } }, 'sink', { P: text })
  const error = new Error(`no ${text}`, { cause: new Error('not even a cactus, or a rose') })
  expect(messageOf(error)).toBe('no ***; cause: not even a ***, or a rose')
  const written = new LogText()
  new Log(written, 'info').write('info', 'sink a', `tried ${text}`)
  expect(written.text).toBe('[info] sink a: tried ***\n')
})
