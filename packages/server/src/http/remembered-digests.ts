import type { Socket } from 'node:net'
import type { CredentialDigests } from '../engine/credential-digests.ts'
import type { Recognise } from '../engine/recognise.ts'

/**
 * The digests of the operator key that a connection sends with every request, computed once: that is a quarter of
 * what a verification costs. Only digests are kept, never what they were found to be: the key is looked up every time.
 * They go with their connection.
 */
export function rememberDigests(
  recognise: Pick<Recognise, 'operatorDigests'>,
): (socket: Socket, credential: string) => CredentialDigests | null {
  const remembered = new WeakMap<Socket, { readonly text: string; readonly digests: CredentialDigests }>()
  return (socket, credential) => {
    const last = remembered.get(socket)
    if (last !== undefined && last.text === credential) return last.digests
    const digests = recognise.operatorDigests(credential)
    if (digests !== null) remembered.set(socket, { text: credential, digests })
    return digests
  }
}
