import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Writes a contract for the length of this run. Answers the variable that names it.
 * @param contract as JSON, or the text of the file
 */
export function contractEnv(contract: object | string): Readonly<Record<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-contract-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'contract.json')
  writeFileSync(file, typeof contract === 'string' ? contract : JSON.stringify(contract))
  return { MINTMARK_CONTRACT: file }
}
