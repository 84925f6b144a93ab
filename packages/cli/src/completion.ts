import type { Command } from '@commander-js/extra-typings'
import type { Command as PlainCommand } from 'commander'
import { addExamples } from './examples.ts'
import type { Host } from './host.ts'

/** What the script below calls, and what only the package bash-completion has, which not everybody has installed. */
const bashWords = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref() {
        words=("\${COMP_WORDS[@]}")
        cword=$COMP_CWORD
        cur=\${COMP_WORDS[COMP_CWORD]}
        prev=\${COMP_WORDS[COMP_CWORD-1]}
    }
fi
`

const description = 'Print what your shell needs to complete commands and options'

/**
 * `completion <shell>` prints a script, which then asks `complete -- <words so far>` whenever somebody presses Tab.
 * Call it when all other commands are there.
 */
export async function addCompletion(program: Command, args: readonly string[], host: Host): Promise<void> {
  const [name, shell] = args
  if (name === 'completion' || name === 'complete') {
    if (name === 'completion' && shell === 'bash') host.stdout.write(bashWords)
    // It prints on its own, and ends the process where a shell asks wrongly: so it is there for these alone.
    const { default: addTo } = await import('@bomb.sh/tab/commander')
    // The same class: what the typings add to it is types alone.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    addTo(program as unknown as PlainCommand, { completionCommandName: 'completion' })
  } else {
    program.command('completion').argument('<shell>', 'bash, zsh, fish or powershell')
  }
  const completion = program.commands.find((command) => command.name() === 'completion')
  if (completion === undefined) throw new Error('There is no command completion')
  completion.description(description)
  addExamples(
    completion,
    'source <(mintmark completion bash)   # in ~/.bashrc',
    'source <(mintmark completion zsh)    # in ~/.zshrc, after compinit',
    'mintmark completion fish > ~/.config/fish/completions/mintmark.fish',
  )
}
