import { parseContract, parseContractText, type Contract } from '@mintmark/core'

/**
 * A contract as its file has it, checked and with every default filled in: for clients whose key may not read it from
 * the server. Throws `TypeError` with every mistake and its path.
 *
 * @param file its text, or the JSON that is in it
 */
export function readContract(file: unknown): Contract {
  const { contract, mistakes } = typeof file === 'string' ? parseContractText(file) : parseContract(file)
  if (contract !== null) return contract
  throw new TypeError(
    `The contract is wrong.\n${mistakes.map(({ path, message }) => `${path}: ${message}`).join('\n')}`,
  )
}
