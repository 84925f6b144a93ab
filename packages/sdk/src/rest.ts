import createClient, { type Client } from 'openapi-fetch'
import { SecretNotReplayedError } from './errors.ts'
import type { components, operations, paths } from './generated/interface.ts'
import type { Transport } from './transport.ts'

/** What every call takes. */
export type CallOptions = {
  /** Gives up: the call rejects with the signal's reason. What was asked may have happened. */
  readonly signal?: AbortSignal
}

/** What a call takes that must not be done twice. */
export type MutationOptions = CallOptions & {
  /**
   * The same call with the same value within 24 hours is done once. Default: a new one for each call, the same for all
   * of its attempts.
   */
  readonly idempotencyKey?: string
}

/** What nobody may change: in answers because it is shared, in questions because they are only read. */
type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Frozen<T[Name]> }
    : T

/** A resource by its name in openapi.json. */
export type Schema<Name extends keyof components['schemas']> = Frozen<components['schemas'][Name]>

/** The body of an operation. */
export type Body<Name extends keyof operations> = operations[Name] extends {
  requestBody?: { content: { 'application/json': infer Content } }
}
  ? Frozen<Content>
  : never

/** The query of an operation, without the cursor where it is a list: the iterator has that. */
export type Query<Name extends keyof operations> = operations[Name] extends { parameters: { query?: infer Parameters } }
  ? Omit<NonNullable<Parameters>, 'cursor'>
  : never

/** What an operation answers with this status. */
export type Success<Name extends keyof operations, Status extends number> = operations[Name] extends {
  responses: { [Key in Status]: { content: { 'application/json': infer Content } } }
}
  ? Frozen<Content>
  : never

/** One thing that `search` found. */
export type SearchHit = Success<'search', 200>['data'][number]

/** A resource with the secret that is shown once. */
export type WithSecret<Resource, Field extends keyof Resource> = Omit<Resource, Field> & {
  readonly [Name in Field]: NonNullable<Resource[Name]>
}

/** The interface, typed by openapi.json. Rejects with `MintmarkError` for whatever is no success. */
export type Rest = Client<paths, 'application/json'>

export type RestOptions = {
  /** Without a slash at its end. */
  readonly server: string
  readonly headers: Readonly<Record<string, string>>
  readonly transport: Transport
  readonly fetch: typeof fetch
}

export function createRest({ server, headers, transport, fetch: send }: RestOptions): Rest {
  return createClient<paths, 'application/json'>({
    baseUrl: server,
    headers,
    redirect: 'manual',
    async fetch(request) {
      const { method, signal } = request
      if (method === 'POST' && !request.headers.has('Idempotency-Key')) {
        request.headers.set('Idempotency-Key', crypto.randomUUID())
      }
      const isDeletion = method === 'DELETE'
      const attempt = (attempting: AbortSignal): Promise<Response> => send(request.clone(), { signal: attempting })
      const answer = await transport.send(attempt, { signal, isDeletion })
      return new Response(answer.status === 204 ? null : answer.text, answer)
    },
  })
}

/** The options of a call as the client below takes them. */
export function initOf({ signal, idempotencyKey }: MutationOptions): {
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
} {
  return {
    ...(signal !== undefined && { signal }),
    ...(idempotencyKey !== undefined && { headers: { 'Idempotency-Key': idempotencyKey } }),
  }
}

/** What was answered, out of the envelope that a contract may put around it (API.md section 6). */
export async function dataOf<T>(call: Promise<{ readonly data?: T }>): Promise<T> {
  return opened((await call).data as T)
}

/** Rejects with `SecretNotReplayedError` where the secret was shown before. */
export async function secretOf<T extends object, Field extends keyof T>(
  field: Field,
  call: Promise<{ readonly data?: T; readonly response: Response }>,
): Promise<WithSecret<T, Field>> {
  const { data, response } = await call
  const resource = opened(data as T)
  if (resource[field] === null) throw new SecretNotReplayedError(resource, response.headers.get('x-request-id'))
  return resource as WithSecret<T, Field>
}

export async function doneOf(call: Promise<unknown>): Promise<void> {
  await call
}

function opened<T>(value: T): T {
  const isEnvelope =
    typeof value === 'object' && value !== null && 'success' in value && value.success === true && 'data' in value
  return isEnvelope ? (value.data as T) : value
}

type Thawed<T> = T extends readonly (infer Item)[]
  ? Thawed<Item>[]
  : T extends object
    ? { -readonly [Name in keyof T]: Thawed<T[Name]> }
    : T

/** The same as openapi-fetch wants it, which promises nothing and changes nothing. */
export function thawed<T>(body: T): Thawed<T> {
  return body as Thawed<T>
}
