import type { Contract } from '@mintmark/core'
import type { ReadCredential } from './guard/presented.ts'
import { refuse, termless, termsOf, unavailable, type Denial, type Terms } from './guard/refusal.ts'
import { orOutage, Outage } from './guard/verifier.ts'
import { responseOf } from './guard/web-request.ts'

/** What is asked of Mintmark in place of what was asked of the application. */
export type ForwardedCall = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Path and query: `/v1/api-keys?status=active`. */
  readonly path: string
  readonly body?: unknown
  /** That of the caller: what he repeats with it is done once. */
  readonly idempotencyKey?: string | null
  /** For the audit trail and allow-lists, where Mintmark trusts this process as a proxy. */
  readonly clientIp?: string | null
}

/** Calls Mintmark with a caller's own credential. */
export type Forward = (readCredential: ReadCredential, call: ForwardedCall) => Promise<Response>

type ForwardParts = {
  /** Without a slash at its end. */
  readonly server: string
  readonly fetch: typeof fetch
  readonly timeoutMs: number
  readonly contract: () => Promise<Contract>
  /** Whether by the contract this is no credential. */
  readonly isNoCredential: (text: string) => boolean
}

/** As much as Mintmark reads. More it refuses while it is being sent, which not every client lives to hear. */
const maxBodyBytes = 65_536

/** Of one connection (RFC 9110 section 7.6.1), or of how its content was framed. */
const ofTheConnection = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'date']

export function createForward(parts: ForwardParts): Forward {
  return async (readCredential, call) => {
    const contract = await orOutage(parts.contract)
    if (contract instanceof Outage) return refused(termless, unavailable(contract), call)
    const terms = termsOf(contract)
    const { credential, isAmbiguous } = readCredential(contract.headers)
    if (isAmbiguous) return refused(terms, { reason: 'ambiguous_credentials' }, call)
    if (credential === null) return refused(terms, { reason: 'missing_key' }, call, false)
    if (parts.isNoCredential(credential)) return refused(terms, { reason: 'invalid_key' }, call)
    const body = call.body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(call.body))
    if (body !== undefined && body.length > maxBodyBytes) return refused(terms, { reason: 'payload_too_large' }, call)
    try {
      return await send(parts, credential, { ...call, body })
    } catch (error) {
      return refused(terms, unavailable(new Outage(error)), call)
    }
  }
}

async function send(
  parts: ForwardParts,
  credential: string,
  call: ForwardedCall & { readonly body: Uint8Array<ArrayBuffer> | undefined },
): Promise<Response> {
  const { method, path, body, idempotencyKey = null, clientIp = null } = call
  const answer = await parts.fetch(`${parts.server}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${credential}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(idempotencyKey !== null && { 'Idempotency-Key': idempotencyKey }),
      ...(clientIp !== null && { 'X-Forwarded-For': clientIp }),
    },
    ...(body !== undefined && { body }),
    redirect: 'manual',
    signal: AbortSignal.timeout(parts.timeoutMs),
  })
  const text = await answer.text()
  const headers = new Headers(answer.headers)
  for (const name of ofTheConnection) headers.delete(name)
  return new Response(answer.status === 204 ? null : text, { status: answer.status, headers })
}

function refused(
  terms: Pick<Terms, 'answer'>,
  denial: Denial,
  { method }: ForwardedCall,
  hasCredential = true,
): Response {
  return responseOf(refuse(terms, denial, { hasCredential }).refusal, method)
}
