import type { Contract, CredentialHeader } from './contract-terms.ts'

const ways: Record<CredentialHeader, { readonly where: string; readonly how: string }> = {
  authorization: { where: 'Authorization: Bearer', how: 'Authorization: Bearer <key>' },
  'x-api-key': { where: 'X-API-Key', how: 'X-API-Key: <key>' },
}

/**
 * The sentences of whatever guards a company's own API: where the contract takes a credential in one header alone, none
 * of them names the other. What the contract itself says of a reason stands.
 */
export function guardMessages({ headers, messages }: Pick<Contract, 'headers' | 'messages'>): Contract['messages'] {
  const [only, other] = headers
  if (only === undefined || other !== undefined) return messages
  const { where, how } = ways[only]
  return {
    missing_key: `No credential was sent. Use ${how}.`,
    ambiguous_credentials: `Send one credential, once, in ${where}.`,
    ...messages,
  }
}
