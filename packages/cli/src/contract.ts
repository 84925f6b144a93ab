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
    .action((file: string) => {
      const parsed = parseContractText(readText(file))
      if (parsed.contract === null) {
        const lines = parsed.mistakes.map((mistake) => `${mistake.path}: ${mistake.message}`)
        throw new Failed(lines.join('\n'), exitConfig)
      }
      host.stdout.write(`${file} is a good contract: ${parsed.contract.name}\n`)
    })
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new Failed(`${file} cannot be read.`)
  }
}
