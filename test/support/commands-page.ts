import { kplug } from './io.js'

const introduction = `# Commands

This page is the output of \`kplug help COMMAND\` for every command. The [README](../README.md#commands) shows each command at work.
`

/** The page of all commands, as the program itself describes them. */
export async function commandsAsMarkdown(folder: string): Promise<string> {
  const { stdout } = await kplug(folder, '--help')
  const names = [...stdout.matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name = '']) => name)
  const sections: string[] = []
  for (const name of names) {
    const help = await kplug(folder, 'help', name)
    sections.push(`## kplug ${name}\n\n\`\`\`text\n${help.stdout.trimEnd()}\n\`\`\`\n`)
  }
  return [introduction, ...sections].join('\n')
}
