/** A command of a document, and what its output must contain. */
export type Step = { readonly command: string; readonly expected: string | null }

const shellBlock = /^```sh\n(.*?)^```$/gms
const expectation = '#=> '

/** The commands of all `sh` blocks in order. A line `#=> text` says what the command before it prints. */
export function parseWalk(markdown: string): readonly Step[] {
  return [...markdown.matchAll(shellBlock)].flatMap(([, block]) => stepsOf(block ?? ''))
}

function stepsOf(block: string): Step[] {
  const steps: Step[] = []
  let command: string[] = []
  for (const line of block.trimEnd().split('\n')) {
    if (line.startsWith(expectation)) {
      steps.push({ command: command.join('\n'), expected: line.slice(expectation.length) })
      command = []
    } else {
      command.push(line)
    }
  }
  return command.length === 0 ? steps : [...steps, { command: command.join('\n'), expected: null }]
}
