// Installs sets of plugins into a folder, each in place of the one before: `rewrite.ts FOLDER ROUNDS PLUGINS`.
import { Staging } from '../../src/project/staging.js'

const [folder = '', rounds = '', plugins = ''] = process.argv.slice(2)
const names = Array.from(
  { length: Number(plugins) },
  (_, index) => `${String.fromCharCode(97 + (index % 26))}${'x'.repeat(Math.floor(index / 26))}`,
)

for (let round = 0; round < Number(rounds); round += 1) {
  const staging = new Staging(folder)
  for (const name of names) {
    staging.add(`sources/${name}${round}.js`, '')
    if (round > 0) staging.remove(`sources/${name}${round - 1}.js`)
  }
  staging.install()
}
