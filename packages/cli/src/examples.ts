import type { CommandUnknownOpts } from '@commander-js/extra-typings'

/** What a command is used for, before all else that its help says. */
export function addExamples(command: CommandUnknownOpts, ...lines: readonly string[]): void {
  command.addHelpText('before', `${lines.length > 1 ? 'Examples' : 'Example'}:\n${lines.map(indented).join('')}`)
}

function indented(line: string): string {
  return `  ${line}\n`
}
