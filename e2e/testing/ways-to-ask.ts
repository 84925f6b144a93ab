import { MintmarkError, UnreachableError, type Mintmark, type Question, type Verdict } from '@mintmark/sdk'
import { call, type Answer, type CallOptions } from './client.ts'
import type { Outcome } from './revocation-checker.ts'
import { sdkClients } from './sdk-clients.ts'

/** One way in which a company's backend or gateway, or Mintmark itself, finds out what a credential may do. */
export type Way = {
  readonly name: string
  readonly ask: (url: string) => Promise<Outcome>
  /** What is asked of `verify`, where that is the way. */
  readonly question?: Question
}

/** Every way to ask whether a credential of a tenant is live, from this machine. */
export function waysToAsk(operatorKey: string, credential: string): readonly Way[] {
  return [...verifications(operatorKey, { key: credential, clientIp: '127.0.0.1' }), ...ownRequests(credential)]
}

/** Every way to ask whether it may write projects. */
export function waysToAskForWriting(operatorKey: string, credential: string): readonly Way[] {
  const permission = 'projects:write'
  return [
    ...verifications(operatorKey, { key: credential, permission }),
    way('forward-auth', 'GET', `/v1/forward-auth?permission=${permission}`, { key: credential }),
    way('POST projects', 'POST', '/v1/projects', { key: credential, body: { name: 'asked' } }),
  ]
}

/** Every way to ask whether an operator key is live. */
export function waysToAskAsOperator(key: string): readonly Way[] {
  const body = { key: 'mk_live_unknown' }
  return [
    way('verify', 'POST', '/v1/verify', { key, body }),
    way('verify/batch', 'POST', '/v1/verify/batch', { key, body: { requests: [body] } }),
    way('GET organizations', 'GET', '/v1/organizations?limit=1', { key }),
    way('GET me', 'GET', '/v1/me', { key }),
  ]
}

/** An operator who acts on behalf of a member. */
export function waysToAct(key: string, headers: Readonly<Record<string, string>>): readonly Way[] {
  return [
    way('GET api-keys', 'GET', '/v1/api-keys?limit=1', { key, headers }),
    way('POST projects', 'POST', '/v1/projects', { key, headers, body: { name: 'asked' } }),
  ]
}

/** The outcome of a request that is decided by its own credential. */
export function outcomeOf({ status }: Answer): Outcome {
  if (status >= 200 && status < 300) return 'accepted'
  if (status === 401) return 'refused for good'
  if (status === 403 || status === 404) return 'refused'
  return 'undecided'
}

function way(name: string, method: string, path: string, options: CallOptions): Way {
  return { name, ask: async (url) => outcomeOf(await call(url, method, path, options)) }
}

function ownRequests(credential: string): readonly Way[] {
  return [
    way('forward-auth', 'GET', '/v1/forward-auth', { key: credential }),
    way('GET me', 'GET', '/v1/me', { headers: { 'x-api-key': credential } }),
  ]
}

function verifications(operatorKey: string, question: Question): readonly Way[] {
  const other = { key: 'mk_live_unknown' }
  const clients = sdkClients(operatorKey)
  return [
    { name: 'SDK', question, ask: (url) => askBySdk(clients(url), question) },
    {
      name: 'verify',
      ask: async (url) => verdictOf(await call(url, 'POST', '/v1/verify', { key: operatorKey, body: question }), 0),
    },
    {
      name: 'verify/batch',
      async ask(url) {
        const body = { requests: [other, question, other] }
        return verdictOf(await call(url, 'POST', '/v1/verify/batch', { key: operatorKey, body }), 1)
      },
    },
  ]
}

/** Rejects where no answer came at all. */
export async function askBySdk(client: Mintmark, question: Question): Promise<Outcome> {
  try {
    return outcomeOfVerdict(await client.verify(question))
  } catch (error) {
    if (error instanceof UnreachableError || !(error instanceof MintmarkError)) throw error
    return 'undecided'
  }
}

/** What was asked of another credential is decided by a verdict, or not at all. */
function verdictOf({ status, body }: Answer, index: number): Outcome {
  if (status !== 200) return 'undecided'
  return outcomeOfVerdict(Array.isArray(body.results) ? body.results[index] : body)
}

function outcomeOfVerdict(verdict: Pick<Verdict, 'valid' | 'status'>): Outcome {
  if (verdict.valid) return 'accepted'
  if (verdict.status === 401) return 'refused for good'
  return verdict.status === 403 ? 'refused' : 'undecided'
}
