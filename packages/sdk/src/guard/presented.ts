import { bearerToken, presentedCredential, type CredentialHeader, type PresentedCredential } from '@mintmark/core'

/** Reads the credential of a request from the headers that a contract accepts. */
export type ReadCredential = (accepted: readonly CredentialHeader[]) => PresentedCredential

/** From Node's raw headers: name, value, name, value. They alone tell a header that was sent twice. */
export function fromRawHeaders(rawHeaders: readonly string[]): ReadCredential {
  return (accepted) => {
    const linesOf = (wanted: CredentialHeader): readonly string[] =>
      rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === wanted)
    return present(linesOf, accepted)
  }
}

/** From a `Headers`, which joins a header that was sent twice with a comma. No credential has one. */
export function fromHeaders(headers: Headers): ReadCredential {
  return (accepted) => present((name) => headers.get(name)?.split(',') ?? [], accepted)
}

function present(
  linesOf: (name: CredentialHeader) => readonly string[],
  accepted: readonly CredentialHeader[],
): PresentedCredential {
  const [authorizations, apiKeys] = [linesOf('authorization'), linesOf('x-api-key')]
  const [authorization] = authorizations
  const [apiKey = ''] = apiKeys
  const lines = {
    bearer: authorization === undefined ? null : bearerToken(authorization),
    apiKey: apiKey === '' ? null : apiKey,
    authorizations: authorizations.length,
    apiKeys: apiKeys.length,
  }
  return presentedCredential(lines, accepted)
}
