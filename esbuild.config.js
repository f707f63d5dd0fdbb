// Builds dist/ from src/: run by npm's prepare, also when somebody installs this folder with `file:`. It does nothing
// when dist is current, and otherwise builds beside it and swaps it in whole.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { pathToFileURL } from 'node:url'

const root = import.meta.dirname
const dist = path.join(root, 'dist')
const inputs = ['src', 'esbuild.config.js', 'tsconfig.build.json', 'tsconfig.json', 'package-lock.json']

const fingerprint = fingerprintOf(inputs)

function fingerprintOf(names) {
  const hash = createHash('sha256')
  for (const name of names) {
    const file = path.join(root, name)
    const files = fs.statSync(file).isDirectory()
      ? fs.readdirSync(file, { recursive: true, encoding: 'utf8' }).sort()
      : ['']
    for (const below of files) {
      const full = path.join(file, below)
      if (fs.statSync(full).isFile()) hash.update(`${name}/${below}\n`).update(fs.readFileSync(full))
    }
  }
  return hash.digest('hex')
}

function readIfThere(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined
}

async function makeDist() {
  const beside = fs.mkdtempSync(path.join(root, 'dist.'))
  try {
    emitTypes(beside)
    const outputs = [
      ...(await bundleCommandLine(beside)),
      ...(await bundleSdk(beside)),
      ...(await bundleTestingEngine(beside)),
      ...(await bundleHost(beside)),
      ...(await bundleInspector(beside)),
      ...(await bundlePackages(beside)),
    ]
    await writeNotices(beside, outputs)
    fs.writeFileSync(path.join(beside, 'fingerprint'), fingerprint)
    fs.chmodSync(beside, 0o755)
    swapIn(beside)
  } finally {
    fs.rmSync(beside, { recursive: true, force: true })
  }
}

function emitTypes(outDir) {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [tsc, '-p', path.join(root, 'tsconfig.build.json'), '--outDir', outDir]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) throw new Error(`tsc ended with exit code ${status}`)
  removeUnnamed(outDir, ['index.d.ts', 'testing.d.ts', 'testing-engine.d.ts'])
}

/** Leaves only the declarations that the given ones lead to: tsc writes one for every file of the program. */
function removeUnnamed(folder, roots) {
  const named = new Set(roots)
  for (const file of named) {
    const text = fs.readFileSync(path.join(folder, file), 'utf8')
    for (const [, specifier] of text.matchAll(/(?:from |import\()'(\.[^']+)\.js'/g))
      named.add(path.join(path.dirname(file), `${specifier}.d.ts`))
  }
  for (const file of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.d.ts') && !named.has(file)) fs.rmSync(path.join(folder, file))
}

/** Bundles with esbuild. Returns each bundle with the files that it is made of. */
async function bundle(options) {
  const { build } = await import('esbuild')
  const {
    metafile: { outputs },
  } = await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    metafile: true,
    logLevel: 'warning',
    ...options,
  })
  return Object.entries(outputs).map(([file, { inputs: parts }]) => ({
    file: path.relative(options.outdir ?? path.dirname(options.outfile), path.join(root, file)),
    inputs: Object.keys(parts).filter(part => parts[part].bytesInOutput > 0),
  }))
}

// What cli.ts and the commands load with `import()`, when it is needed.
const commands = [
  'ask',
  'build',
  'build-watch',
  'call',
  'completion',
  'describe',
  'describe-package',
  'dev',
  'dev-pipeline',
  'doctor',
  'help',
  'init',
  'list',
  'new',
  'new-test',
  'pack',
  'push',
  'remote',
  'run',
  'run-watch',
  'serve',
  'state',
  'validate',
]

// One CommonJS file for each command behind a light entry: an ES module costs more at every start, and so does
// whatever a command does not use. esbuild is native, and inquirer is loaded only when something is asked.
const bundleCommandLine = outdir =>
  bundle({
    entryPoints: ['src/cli.ts', ...commands.map(name => `src/commands/${name}.ts`)],
    outdir,
    outbase: 'src',
    outExtension: { '.js': '.cjs' },
    define: { 'import.meta.dirname': '__dirname' },
    external: ['esbuild', 'inquirer'],
    plugins: [required, nodeOnce, commandsApart, packagesApart('..'), withoutUnused, semverLate],
    minifyWhitespace: true,
    minifySyntax: true,
  })

/**
 * What `import()` names outside a bundle is loaded with require, which is faster by some milliseconds. What is computed,
 * a user's plugin, stays an import.
 */
const required = {
  name: 'required',
  setup(build) {
    build.onResolve({ filter: /./, namespace: 'required' }, ({ path: file }) => ({
      path: file,
      external: true,
    }))
    build.onResolve({ filter: /./ }, async ({ path: specifier, pluginData, ...question }) => {
      if (question.kind !== 'dynamic-import' || pluginData === 'required') return undefined
      const found = await build.resolve(specifier, { ...question, pluginData: 'required' })
      return found.external ? { path: found.path, namespace: 'required' } : undefined
    })
    build.onLoad({ filter: /./, namespace: 'required' }, ({ path: file }) => ({
      contents: `module.exports = require(${JSON.stringify(file)})`,
    }))
  },
}

// For `import * as`, esbuild copies all names of a module of Node, which takes 0.2 ms for `node:fs`. As constants, only
// those that are used remain.
const nodeOnce = {
  name: 'node-once',
  setup(build) {
    build.onResolve({ filter: /^node:/, namespace: 'node-once' }, ({ path: file }) => ({
      path: file,
      external: true,
    }))
    build.onResolve({ filter: /^node:/, namespace: 'file' }, ({ path: file, importer }) =>
      /[\\/]src[\\/]/.test(importer) ? { path: file, namespace: 'node-once' } : undefined,
    )
    build.onLoad({ filter: /./, namespace: 'node-once' }, async ({ path: file }) => {
      const names = Object.keys(await import(file)).filter(name => name !== 'default')
      const constants = names.map(name => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})()`)
      return { contents: [`const builtin = require('${file}')`, ...constants].join('\n') }
    })
  },
}

// Two milliseconds of every start: commander loads child_process for subcommands that are programs of their own, and
// chalk looks for what terminal there is, which kplug tells it.
const withoutUnused = {
  name: 'without-unused',
  setup(build) {
    build.onResolve({ filter: /^(node:child_process|#supports-color)$/ }, ({ path: specifier, importer }) =>
      /[\\/](commander|chalk)[\\/]/.test(importer)
        ? { path: specifier, namespace: 'unused', sideEffects: false }
        : undefined,
    )
    build.onLoad({ filter: /child_process$/, namespace: 'unused' }, () => ({
      contents: 'module.exports = {}',
    }))
    build.onLoad({ filter: /color$/, namespace: 'unused' }, () => ({ contents: 'export default {}' }))
  },
}

// semver compiles dozens of regular expressions when it is loaded, and most runs of a command compare no versions.
const semverLate = {
  name: 'semver-late',
  setup(build) {
    build.onResolve({ filter: /^semver\// }, ({ path: specifier, importer }) =>
      /[\\/]src[\\/]/.test(importer) ? { path: specifier, namespace: 'late' } : undefined,
    )
    build.onLoad({ filter: /./, namespace: 'late' }, ({ path: specifier }) => ({
      contents: `export default (...args) => require(${JSON.stringify(specifier)})(...args)`,
      resolveDir: root,
    }))
  },
}

const commandsApart = {
  name: 'commands-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\// }, ({ path: specifier, kind, importer }) => {
      if (kind !== 'dynamic-import' || !/[\\/]src[\\/](cli\.ts$|commands[\\/])/.test(importer))
        return undefined
      const name = path.basename(specifier, '.js')
      if (commands.includes(name)) return { path: specifier.replace(/\.js$/, '.cjs'), external: true }
      return {
        errors: [
          { text: `"${name}" is loaded with import(): name it among the commands of esbuild.config.js` },
        ],
      }
    })
  },
}

const bundleSdk = outdir =>
  bundle({
    entryPoints: ['src/index.ts', 'src/testing.ts'],
    outdir,
    splitting: true,
    format: 'esm',
    packages: 'external',
    plugins: [packagesApart('.')],
  })

// With all that it needs, since an ES module cannot import names from the packages that lie apart.
const bundleTestingEngine = outdir =>
  bundle({
    entryPoints: ['src/testing-engine.ts'],
    outdir,
    splitting: true,
    format: 'esm',
    external: Object.keys(JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).dependencies),
    minifyWhitespace: true,
    minifySyntax: true,
    // What is CommonJS in it calls `require`, which an ES module does not have.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)",
    },
  })

// The host of every package. What sends the handshake is a small file of its own, for which the engine waits. What keeps
// state is another, and so is the client of Redis: few packages load the one, and fewer the other, and V8 would read all
// of it at every start.
async function bundleHost(outdir) {
  const entry = await bundle({
    entryPoints: ['src/host/main.ts'],
    outfile: path.join(outdir, 'host.cjs'),
    banner: { js: '#!/usr/bin/env node' },
    plugins: [required, nodeOnce, apart(/\/host-process\.js$/, './lib/host-process.cjs')],
    minifyWhitespace: true,
    minifySyntax: true,
  })
  const host = await bundle({
    entryPoints: ['src/host/host-process.ts'],
    outfile: path.join(outdir, 'host-process.cjs'),
    plugins: [required, nodeOnce, apart(/\/state\/open\.js$/, './state.cjs')],
    minifyWhitespace: true,
    minifySyntax: true,
  })
  const state = await bundle({
    entryPoints: ['src/state/open.ts'],
    outfile: path.join(outdir, 'state.cjs'),
    plugins: [required, nodeOnce, packagesApart('.')],
    minifyWhitespace: true,
    minifySyntax: true,
  })
  fs.copyFileSync(path.join(root, 'src', 'host', 'supervise.sh'), path.join(outdir, 'supervise.sh'))
  return [...entry, ...host, ...state]
}

// What loads a built plugin in a process of its own to see what it is, and what watches that process from inside.
const bundleInspector = outdir =>
  bundle({
    entryPoints: [
      { in: 'src/load/inspector.ts', out: 'inspect' },
      { in: 'src/load/probe/main.ts', out: 'probe' },
      { in: 'src/load/probe/watch.ts', out: 'watch' },
      { in: 'src/load/json-schema.ts', out: 'json-schema' },
    ],
    outdir,
    outExtension: { '.js': '.cjs' },
    plugins: [required, nodeOnce, apart(/^\.\/json-schema\.js$/, './json-schema.cjs')],
  })

// Packages that several bundles load, and only when they need them.
const packages = ['ioredis', 'tinyglobby', 'yaml']

const bundlePackages = outdir =>
  bundle({
    entryPoints: packages.map(name => ({ in: name, out: name })),
    outdir,
    outExtension: { '.js': '.cjs' },
    plugins: [entriesRequired],
    minifyWhitespace: true,
    minifySyntax: true,
  })

/** Bundles what `require` loads of a package. What `import` loads may use `import.meta`, which CommonJS has not. */
const entriesRequired = {
  name: 'entries-required',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path: name, kind }) =>
      kind === 'entry-point' ? { path: name, namespace: 'required' } : undefined,
    )
    build.onLoad({ filter: /./, namespace: 'required' }, ({ path: name }) => ({
      contents: `module.exports = require('${name}')`,
      resolveDir: root,
    }))
  },
}

/** Leaves those packages where they are in dist, as seen from the folder of what loads them. */
const packagesApart = folder => ({
  name: 'packages-apart',
  setup(build) {
    const filter = new RegExp(`^(${packages.join('|')})$`)
    build.onResolve({ filter }, ({ path: name }) => ({ path: `${folder}/${name}.cjs`, external: true }))
  },
})

/** Leaves a module where it is in a package. */
const apart = (filter, file) => ({
  name: 'apart',
  setup(build) {
    build.onResolve({ filter }, () => ({ path: file, external: true }))
  },
})

/** Writes the licences of what dist contains, gathered as `kplug pack` gathers those of a package. */
async function writeNotices(outdir, outputs) {
  const file = path.join(outdir, 'notices.mjs')
  await bundle({
    entryPoints: ['src/package/notices.ts'],
    outfile: file,
    format: 'esm',
    packages: 'external',
  })
  const { noticesOf } = await import(pathToFileURL(file).href)
  fs.rmSync(file)
  for (const { path: name, content } of noticesOf(root, outputs)) {
    const notice = path.join(outdir, name)
    fs.mkdirSync(path.dirname(notice), { recursive: true })
    fs.writeFileSync(notice, content)
  }
}

function swapIn(beside) {
  const old = `${beside}.old`
  if (fs.existsSync(dist)) fs.renameSync(dist, old)
  fs.renameSync(beside, dist)
  fs.rmSync(old, { recursive: true, force: true })
}

if (readIfThere(path.join(dist, 'fingerprint')) !== fingerprint) await makeDist()
