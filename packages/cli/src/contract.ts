import type { Command } from '@commander-js/extra-typings'
import { parseContractText } from '@mintmark/core'
import { addExamples } from './examples.ts'
import { exitConfig, Failed, type Host } from './host.ts'
import { toJson } from './print.ts'
import { readText } from './read-text.ts'

export function addContractCommands(program: Command, host: Host): void {
  const contract = program.command('contract').description('Your key policy: prefixes, roles, permissions, limits')
  const check = contract
    .command('check')
    .argument('<file>', 'the contract, JSON')
    .description('Say what is wrong with a contract, and what to write instead')
    .option('--json', 'print one JSON document')
    .action((file, options) => {
      const parsed = parseContractText(readText(file))
      const mistakes = parsed.contract === null ? parsed.mistakes : []
      if (options.json === true) {
        host.stdout.write(toJson({ valid: parsed.contract !== null, mistakes }))
      } else if (parsed.contract !== null) {
        host.stdout.write(`${file} is a good contract: ${parsed.contract.name}\n`)
      }
      const lines = mistakes.map((mistake) => `${mistake.path}: ${mistake.message}`)
      if (lines.length > 0) throw new Failed(lines.join('\n'), exitConfig)
    })
  addExamples(check, 'mintmark contract check contract.json')
  addExamples(contract, 'mintmark contract check contract.json')
}
