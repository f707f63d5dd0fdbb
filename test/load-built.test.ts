import { expect, test } from 'vitest'
import { loadBuilt, runFunction, runSink } from '../src/testing.js'
import { projectWith, write } from './support/folder.js'
import { kplug } from './support/io.js'

const files = {
  'src/functions/Joined.ts':
    "// @ts-nocheck\nimport it from 'it'\nexport class Joined { exec([a]) { return [a, it()].join() } }\n",
  'node_modules/it/package.json': '{"name": "it", "version": "1.0.0"}',
  'node_modules/it/index.js':
    "module.exports = () => { try { return require(['sec', 'ret'].join('')) } catch { return 'not there' } }",
  'node_modules/secret/package.json': '{"name": "secret", "version": "1.0.0"}',
  'node_modules/secret/index.js': "module.exports = 'there'",
  'src/sinks/Print.ts':
    "// @ts-nocheck\nimport * as z from 'zod'\nexport const config = z.object({ prefix: z.string().default('got') })\nexport class Print {\n  configure(props) { this.props = props }\n  collect(ctx, data) { ctx.logger.info(this.props.prefix + JSON.stringify(data)) }\n}\n",
}

test('a built plugin finds only what its package carries', async () => {
  const folder = projectWith(files)
  await expect(loadBuilt('function', 'joined', folder)).rejects.toThrow(
    'Cannot load function "joined": its built file is missing or older than its source; run "kplug build"',
  )
  expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
  const { plugin } = await loadBuilt('function', 'joined', folder)
  expect(await runFunction(plugin, ['a'])).toBe('a,not there')
  const sink = await loadBuilt('sink', 'print', folder)
  const { logs } = await runSink(sink.plugin, [{ a: 1 }], { config: sink.config })
  expect(logs).toEqual([{ level: 'info', message: 'got{"a":1}' }])
  write(folder, { 'src/functions/Joined.ts': '// changed' })
  await expect(loadBuilt('function', 'joined', folder)).rejects.toThrow('run "kplug build"')
  await expect(loadBuilt('function', 'jioned', folder)).rejects.toThrow('did you mean "joined"?')
})
