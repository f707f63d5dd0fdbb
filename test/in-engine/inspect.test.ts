import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Debugger } from '../support/debugger.js'
import { startEngine, withEngine2 } from '../support/engine-under-test.js'
import { Packed } from '../support/packed.js'
import { until } from '../support/until.js'

const minute = 60_000

withEngine2('a debugger', () => {
  test(
    'pauses a package in a running engine on a line of TypeScript',
    async () => {
      const engine = await startEngine({ KPLUG_INSPECT: '0' })
      onTestFinished(() => engine.end())
      const packed = new Packed(engine, ['functions/Calm'])
      await packed.install()
      // The engine asks the package while it creates a rule, and gives up if a debugger holds the answer.
      await engine.simulate('rows', [{ n: 1 }], 50)
      await engine.rule('rule', `SELECT ${packed.named('calm')}(n) AS v FROM rows`, { nop: {} })
      const url = await until(
        'the log has the address',
        () => /a debugger can connect to (ws:[^\s"]+)/.exec(engine.log())?.[1],
      )
      const debug = await Debugger.connect(url)
      onTestFinished(() => debug.close())
      await debug.send('Debugger.enable')
      const symbol = packed.named('Calm')
      const home = path.join(engine.folder, 'plugins', 'portable', packed.name)
      // The source map in a package leads to `src` in the folder of the package.
      const place = { file: path.join(home, 'src', 'functions', `${symbol}.ts`), line: 3 }
      const pause = debug.paused()
      await debug.breakAt(place)
      expect(await pause).toEqual(place)
    },
    minute,
  )
})
