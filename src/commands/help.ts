interface Help {
  examples: readonly (readonly [command: string, meaning: string])[]
  /** The meaning of exit code 1. Commands without it exit with 0 or 2. */
  fails?: string
  docs: string
}

const helps: Record<string, Help> = {
  new: {
    examples: [
      ['kplug new function wordCount', 'add a function, and create the project in an empty folder'],
      ['kplug new test wordCount --from rows.ndjson --args text', 'make a test of a recording'],
      ['kplug new source --template help', 'list the templates for sources'],
    ],
    docs: 'README.md#kplug-new-kind-name',
  },
  init: {
    examples: [['kplug init packages/plugins', 'turn a package of a workspace into a kplug project']],
    docs: 'README.md#kplug-init-dir',
  },
  build: {
    examples: [
      ['kplug build', 'type-check and bundle all plugins'],
      ['kplug build wordCount --watch', 'rebuild one plugin on every save'],
    ],
    fails: 'a plugin has a problem; no file was changed',
    docs: 'README.md#kplug-build-name',
  },
  list: {
    examples: [
      ['kplug list source', 'list the sources of the project'],
      ['kplug list --engine http://gateway:9081 --diff', 'compare an engine with the project'],
    ],
    fails: 'with --diff, the engine and the project differ',
    docs: 'README.md#kplug-list-kind',
  },
  describe: {
    examples: [['kplug describe sink lineFile --json', 'print everything about one plugin']],
    fails: 'the plugin does not exist',
    docs: 'README.md#kplug-describe-kind-name',
  },
  validate: {
    examples: [
      ['kplug validate --boot', 'check the project, and start its package'],
      ['kplug validate dist/things-0.1.0.zip --strict', 'check a package, and fail for warnings too'],
    ],
    fails: 'there is an error, or with --strict a warning',
    docs: 'docs/validate.md',
  },
  run: {
    examples: [
      ['kplug run source ticks --prop every=10 --limit 5', 'print five rows of a source'],
      ['echo \'["a b c", " "]\' | kplug run function wordCount', 'call a function with two arguments'],
      ['kplug run sink lineFile <rows.ndjson', 'feed rows to a sink'],
      ['kplug run sink lineFile --replay rows.ndjson --watch', 'replay a recording with each new build'],
      [
        'kplug run --inspect-brk function wordCount',
        'wait for a debugger, and pause where the plugin starts',
      ],
    ],
    fails: 'the plugin, a row or a line failed',
    docs: 'README.md#kplug-run-kind-name',
  },
  call: {
    examples: [
      [
        'kplug call function wordCount "a b c" --engine http://gateway:9081',
        'call a function of an engine once',
      ],
    ],
    fails: 'the function failed',
    docs: 'README.md#kplug-call-function-name-args',
  },
  dev: {
    examples: [
      ['kplug dev --rule rule.sql', 'install on every save, and show the rows of a rule'],
      ["kplug dev 'source ticks | function wordCount | sink print'", 'run plugins here, without an engine'],
    ],
    docs: 'README.md#kplug-dev',
  },
  pack: {
    examples: [
      ['kplug pack', 'write dist/NAME-VERSION.zip'],
      ['kplug pack --standalone linux-arm64', 'include Node.js, for machines without it'],
    ],
    fails: 'a plugin has a problem; nothing was packed',
    docs: 'README.md#kplug-pack',
  },
  push: {
    examples: [
      ['kplug push --engine http://gateway:9081', 'install or update the package in an engine'],
      ['kplug push --canary 1', 'update one engine of package.json first'],
      ['kplug push --rollback', 'install the previous version again'],
    ],
    fails: 'an engine failed or was not tried, or a plugin has a problem',
    docs: 'docs/fleet.md',
  },
  state: {
    examples: [
      ['kplug state show state --plugin rising', 'show what one plugin keeps in the folder "state"'],
      ['kplug state clear redis://127.0.0.1/shop --rule rule1', 'clear what belongs to one rule'],
    ],
    docs: 'docs/state.md',
  },
  doctor: {
    examples: [['kplug doctor --engine http://gateway:9081', 'check an engine and its rules']],
    fails: 'there is a fault',
    docs: 'README.md#kplug-doctor',
  },
  serve: {
    examples: [['kplug serve --port 9082', 'list plugins and packages over HTTP']],
    docs: 'docs/serve.md',
  },
  completion: {
    examples: [
      [
        'source <(kplug completion bash)',
        'enable completion in this shell; add it to ~/.bashrc for all shells',
      ],
      ['source <(kplug completion zsh)', 'the same for zsh, in ~/.zshrc'],
      ['kplug completion fish | source', 'the same for fish, in ~/.config/fish/config.fish'],
    ],
    docs: 'README.md#kplug-completion-shell',
  },
}

/** The part of a command's `--help` below its options. */
export function helpFor(command: string): string {
  const help = helps[command]
  if (help === undefined) return ''
  const { examples, fails, docs } = help
  const shown = examples.map(([line, meaning]) => `  $ ${line}\n      ${meaning}\n`).join('')
  const failing = fails === undefined ? '' : `  1  ${fails}\n`
  const prefix = `KPLUG_${command.toUpperCase()}_`
  return `
Examples:
${shown}
Exit codes:
  0  done
${failing}  2  could not run

Environment: ${prefix}NAME sets --name, such as ${prefix}DIRECTORY.
Documentation: ${docs} of the package kplug`
}
