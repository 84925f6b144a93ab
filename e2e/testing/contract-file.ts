import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Writes a contract for the length of this run. Answers the variable that names it. */
export function contractEnv(contract: object): Readonly<Record<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-contract-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'contract.json')
  writeFileSync(file, JSON.stringify(contract))
  return { MINTMARK_CONTRACT: file }
}
