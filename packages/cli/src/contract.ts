import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { parseContractText } from '@mintmark/core'
import { exitConfig } from '@mintmark/server'
import { Failed, type Host } from './host.ts'

export function addContractCommands(program: Command, host: Host): void {
  const contract = program.command('contract').description('Your key policy: prefixes, roles, permissions, limits')
  contract
    .command('check')
    .argument('<file>', 'the contract, JSON')
    .description('Say what is wrong with a contract, and what to write instead')
    .addHelpText('after', '\nExample:\n  mintmark contract check contract.json')
    .option('--json', 'print one JSON document')
    .action((file: string, options: { json?: boolean }) => {
      const parsed = parseContractText(readText(file))
      const mistakes = parsed.contract === null ? parsed.mistakes : []
      if (options.json === true) {
        host.stdout.write(`${JSON.stringify({ valid: parsed.contract !== null, mistakes }, null, 2)}\n`)
      } else if (parsed.contract !== null) {
        host.stdout.write(`${file} is a good contract: ${parsed.contract.name}\n`)
      }
      const lines = mistakes.map((mistake) => `${mistake.path}: ${mistake.message}`)
      if (lines.length > 0) throw new Failed(lines.join('\n'), exitConfig)
    })
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new Failed(`${file} cannot be read.`)
  }
}
