import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from 'vitest'
import { contentsOf, folderWith, plain, projectWith } from '../support/folder.js'
import { FakeIo, kplug } from '../support/io.js'
import { validate } from '../support/validated.js'

const fast = ['--no-types', '--no-load']
const undescribed = { 'src/sinks/Printer.ts': plain.sink('Printer') }
const described = {
  'src/sinks/Printer.ts': plain.sink('Printer', "export const about = { description: 'Prints' }\n"),
}

describe('exit code and output', () => {
  test('0 without problems, and nothing on standard output', async () => {
    expect(await kplug(projectWith(described), 'validate', ...fast)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No problems found\n',
    })
  })

  test('0 with warnings only, 1 with --strict', async () => {
    const folder = projectWith(undescribed)
    const wanted = {
      stdout:
        'src/sinks/Printer.ts\n  1:14  warning  description-missing\n    The sink "printer" has no description\n    Export "about" with a description\n',
      stderr: '\n1 warning in 1 file\n',
    }
    expect(await kplug(folder, 'validate', ...fast)).toEqual({ code: 0, ...wanted })
    expect(await kplug(folder, 'validate', '--strict', ...fast)).toEqual({ code: 1, ...wanted })
  })

  test.each([
    ['nowhere', /^Cannot check .*nowhere: it does not exist\n$/],
    ['note.txt', /^Cannot check .*note.txt: it is not a project, a plugins folder or a zip\n$/],
    ['.', /^Cannot check .*: it is not a project or a plugins folder; create a project .*\n$/],
    ['--format=yml', /^Unknown format "yml": use one of "text", "json", "github", "sarif"\n$/],
    ['--format=jsn', /^Unknown format "jsn": did you mean "json"\?\n$/],
  ])('2 if the subject cannot be checked: %s', async (typed, sentence) => {
    const { code, stdout, stderr } = await kplug(folderWith({ 'note.txt': 'x' }), 'validate', typed)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(sentence)
  })

  test('in GitHub Actions it writes annotations, with paths from the root of the repository', async () => {
    const root = projectWith(undescribed)
    const io = new FakeIo(root, ['validate', ...fast])
    Object.assign(io.env, { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: path.dirname(root) })
    const { stdout } = await io.run()
    expect(stdout).toBe(
      `::warning file=${path.basename(root)}/src/sinks/Printer.ts,line=1,col=14,title=description-missing::The sink "printer" has no description%0AExport "about" with a description\n`,
    )
  })

  test('--format sarif has the result, its rule and the version of kplug', async () => {
    const { stdout } = await kplug(projectWith(undescribed), 'validate', '--format', 'sarif', ...fast)
    const { runs } = JSON.parse(stdout) as { runs: { results: object[]; tool: { driver: object } }[] }
    expect(runs[0]?.tool.driver).toMatchObject({ name: 'kplug', rules: [{ id: 'description-missing' }] })
    expect(runs[0]?.results).toMatchObject([{ ruleId: 'description-missing', level: 'warning' }])
  })

  test('validate changes nothing', async () => {
    const folder = projectWith(undescribed)
    const before = contentsOf(folder)
    await kplug(folder, 'validate', '--no-types', '--boot')
    expect(contentsOf(folder)).toEqual(before)
  })
})

describe('the subject of a path', () => {
  test.each([
    ['the folder of a project', '.', 'project'],
    ['a folder in it', 'src', 'project'],
    ['its plugins', 'plugins', 'plugins'],
  ])('%s', async (_what, place, kind) => {
    const folder = projectWith({ ...described, 'plugins/sinks/Printer@v0.1.0.js': plain.sink('Printer') })
    const { stdout } = await kplug(folder, 'validate', place, '--format', 'json', ...fast)
    expect(JSON.parse(stdout)).toMatchObject({ version: 2, kind, problems: [] })
  })
})

test('an empty folder does not stand for the project around it', async () => {
  const folder = projectWith(described)
  fs.mkdirSync(path.join(folder, 'empty'))
  expect(await kplug(folder, 'validate', 'empty', ...fast)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^Cannot check .*empty: it is empty\n$/),
  })
})

describe('rules', () => {
  test('a rule turns a code off, or makes it an error', async () => {
    const off = projectWith(undescribed, { rules: { 'description-missing': 'off' } })
    expect(await validate(off, ...fast)).toMatchObject({ code: 0, problems: [] })
    const error = projectWith(undescribed, { rules: { 'description-missing': 'error' } })
    expect(await validate(error, ...fast)).toMatchObject({ code: 1, problems: [{ severity: 'error' }] })
  })

  test('a comment with a reason turns a code off for its file only', async () => {
    const folder = projectWith({
      'src/sinks/Printer.ts': `// kplug-ignore description-missing: it prints\n${plain.sink('Printer')}`,
      'src/sinks/Other.ts': plain.sink('Other'),
    })
    expect((await validate(folder, ...fast)).problems).toMatchObject([{ file: 'src/sinks/Other.ts' }])
  })

  test.each([
    ['// kplug-ignore description-missing', 'has no reason'],
    ['// kplug-ignore description-missing:  ', 'has no reason'],
    ['// kplug-ignore descripton-missing: x', 'names no problem'],
    ['// kplug-ignore', 'The comment "kplug-ignore" names no problem'],
  ])('%s is refused', async (comment, why) => {
    const folder = projectWith({ 'src/sinks/Printer.ts': `${plain.sink('Printer')}${comment}\n` })
    const found = (await validate(folder, ...fast)).problems.filter(({ code }) => code === 'ignore-invalid')
    expect(found).toMatchObject([{ line: 4, column: 1, message: expect.stringContaining(why) as string }])
  })
})

describe('--fix', () => {
  const fix = async (folder: string) => (await kplug(folder, 'validate', '--fix', ...fast)).stderr
  const read = (folder: string, file: string): string => fs.readFileSync(path.join(folder, file), 'utf8')

  test('corrects the case of an exported symbol where it is declared', async () => {
    const folder = projectWith({ 'src/sinks/Printer.ts': plain.sink('printer') })
    expect(await fix(folder)).toContain(
      'Fixed src/sinks/Printer.ts: now exports "Printer" instead of "printer"\n',
    )
    expect(read(folder, 'src/sinks/Printer.ts')).toBe(plain.sink('Printer'))
    expect(await fix(folder)).not.toContain('Fixed')
  })

  test('exports a symbol that is used elsewhere under both spellings', async () => {
    const text = plain.sink('printer')
    const folder = projectWith({
      'src/sinks/Printer.ts': text,
      'test/x.ts': "import { printer } from '../src/sinks/Printer.js'\n",
    })
    expect(await fix(folder)).toContain(
      'Fixed src/sinks/Printer.ts: now also exports "printer" as "Printer"\n',
    )
    expect(read(folder, 'src/sinks/Printer.ts')).toBe(`${text.trimEnd()}\n\nexport { printer as Printer }\n`)
    expect((await validate(folder, ...fast)).problems.map(({ code }) => code)).toEqual([
      'description-missing',
    ])
  })

  test('renames a file after the symbol in it', async () => {
    const folder = projectWith({ 'src/functions/word-count.ts': plain.function('WordCount') })
    expect(await fix(folder)).toContain(
      'Fixed src/functions/word-count.ts: renamed to src/functions/WordCount.ts\n',
    )
    expect(read(folder, 'src/functions/WordCount.ts')).toBe(plain.function('WordCount'))
  })

  test('leaves a file that another one imports, or whose new name is taken', async () => {
    const imported = projectWith({
      'src/functions/word-count.ts': plain.function('WordCount'),
      'test/x.ts': "import '../src/functions/word-count.js'\n",
    })
    expect(await fix(imported)).toContain('Left src/functions/word-count.ts unchanged: test/x.ts imports it')
    const taken = projectWith({
      'src/functions/word-count.ts': plain.function('WordCount'),
      'src/functions/WordCount.ts': plain.function('WordCount'),
    })
    expect(await fix(taken)).toContain('src/functions/WordCount.ts already exists')
  })

  test('is for projects only', async () => {
    const folder = folderWith({ 'plugins/sinks/Printer.js': plain.sink('Printer') })
    const { code, stderr } = await kplug(folder, 'validate', 'plugins', '--fix')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'Cannot repair built plugins or a package: "--fix" requires a project\n',
    })
  })
})

describe('a plugins folder', () => {
  const check = async (files: Record<string, string>) => {
    const folder = folderWith(files)
    return (await validate(folder, 'plugins')).problems.map(({ code, file, line }) => [code, file, line])
  }

  test('compares each file with what its name and folder say', async () => {
    const found = await check({
      'plugins/functions/Reverse.js': 'export class reverse { exec() {} }',
      'plugins/functions/Ticks.js': plain.source('Ticks'),
      'plugins/sinks/Printer.js': 'export class Printer {}',
      'plugins/sinks/Good.js': plain.sink('Good'),
    })
    expect(found).toEqual([
      ['symbol-missing', 'functions/Reverse.js', null],
      ['folder-wrong', 'functions/Ticks.js', null],
      ['method-missing', 'sinks/Printer.js', null],
    ])
  })

  test('reports only the faulty file when it ends the process that loads them all', async () => {
    const quit = `${plain.sink('Quit')}setTimeout(() => process.exit(), 1)`
    const found = await check({
      'plugins/sinks/A.js': plain.sink('A'),
      'plugins/sinks/B.js': "throw new Error('x')",
      'plugins/sinks/Quit.js': quit,
      'plugins/sinks/Z.js': plain.sink('Z'),
    })
    expect(found).toEqual([
      ['load-failed', 'sinks/B.js', 1],
      ['load-exit', 'sinks/Quit.js', 4],
    ])
  })

  test('loads in an empty folder with a clean environment', async () => {
    process.env['KPLUG_TEST_SECRET'] = 'secret'
    const look =
      "import { readdirSync } from 'node:fs'\nif (process.env.KPLUG_TEST_SECRET || readdirSync('.').length > 0) throw new Error('not clean')\n"
    expect(await check({ 'plugins/sinks/Printer.js': look + plain.sink('Printer') })).toEqual([])
    delete process.env['KPLUG_TEST_SECRET']
  })
})
