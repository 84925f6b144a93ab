import type { Json } from './schema-references.ts'

type DescribedHeader = {
  readonly description: string
  /** Whether every answer that declares it carries it. */
  readonly always: boolean
  readonly schema: Json
}

const wholeNumber = { type: 'integer', minimum: 0 }
const positive = { type: 'integer', minimum: 1 }
const text = { type: 'string' }
const forKeys = 'To a recognised, active API key, whatever the status; to no other credential.'

/** Every header of an answer that is not HTTP's own. */
const describedHeaders = {
  'X-Request-Id': {
    description: 'Names this request in the log and in the audit trail.',
    always: true,
    schema: { type: 'string', minLength: 1 },
  },
  'Cache-Control': { description: 'No answer is to be kept.', always: true, schema: { const: 'no-store' } },
  'Referrer-Policy': { description: 'Pages give nothing on.', always: true, schema: { const: 'no-referrer' } },
  'X-Content-Type-Options': { description: 'The content type is meant.', always: true, schema: { const: 'nosniff' } },
  'Content-Security-Policy': {
    description: 'Nothing is loaded from anywhere else.',
    always: true,
    schema: { type: 'string', pattern: "^default-src 'none'" },
  },
  'X-RateLimit-Limit': { description: `Requests in any window. ${forKeys}`, always: false, schema: positive },
  'X-RateLimit-Remaining': { description: `What is left of it. ${forKeys}`, always: false, schema: wholeNumber },
  'X-RateLimit-Reset': {
    description: `Seconds until the window is empty again. ${forKeys}`,
    always: false,
    schema: wholeNumber,
  },
  'RateLimit-Policy': {
    description: `As in draft-ietf-httpapi-ratelimit-headers-10. ${forKeys}`,
    always: false,
    schema: { type: 'string', pattern: '^"default";q=\\d+;w=\\d+$' },
  },
  RateLimit: {
    description: `As in draft-ietf-httpapi-ratelimit-headers-10. ${forKeys}`,
    always: false,
    schema: { type: 'string', pattern: '^"default";r=\\d+;t=\\d+$' },
  },
  'Retry-After': { description: 'Seconds after which to try again.', always: true, schema: positive },
  'WWW-Authenticate': {
    description: 'RFC 6750 section 3. No error code where no credential was sent.',
    always: true,
    schema: { type: 'string', pattern: '^Bearer realm="mintmark"(, error="(invalid_token|insufficient_scope)")?$' },
  },
  Allow: { description: 'The methods that this path takes.', always: true, schema: text },
  'Idempotent-Replayed': {
    description: 'This Idempotency-Key was answered before; this is that answer, without any secret.',
    always: false,
    schema: { const: 'true' },
  },
  'X-Mintmark-Key-Id': { description: 'Empty for a session.', always: true, schema: text },
  'X-Mintmark-Organization-Id': { description: 'The organization of the credential.', always: true, schema: text },
  'X-Mintmark-Project-Id': { description: 'Empty unless the key belongs to a project.', always: true, schema: text },
  'X-Mintmark-Environment': { description: 'live or test; empty for a session.', always: true, schema: text },
  'X-Mintmark-User-Id': { description: 'The owner, where it is a member.', always: true, schema: text },
  'X-Mintmark-Role': { description: 'The role that bounds the credential now.', always: true, schema: text },
  'X-Mintmark-Permissions': {
    description: 'What it may do now, joined by commas; empty where that has more than 2,048 characters.',
    always: true,
    schema: text,
  },
} as const satisfies Record<string, DescribedHeader>

export type HeaderName = keyof typeof describedHeaders

/** On every answer but the verify lane's successes, which are written in as few bytes as can be. */
export const safetyHeaders = ['Cache-Control', 'Referrer-Policy', 'X-Content-Type-Options'] as const

/** What is left of a key's window. */
export const windowHeaders = [
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'RateLimit-Policy',
  'RateLimit',
] as const

/** Who the holder is, for a gateway to hand on. */
export const holderHeaders = [
  'X-Mintmark-Key-Id',
  'X-Mintmark-Organization-Id',
  'X-Mintmark-Project-Id',
  'X-Mintmark-Environment',
  'X-Mintmark-User-Id',
  'X-Mintmark-Role',
  'X-Mintmark-Permissions',
] as const

/** `headers` of a Response Object (OpenAPI 3.1 section 4.8.17). */
export function referToHeaders(names: readonly HeaderName[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}

/** `components.headers`. */
export function describeHeaders(): Json {
  const headers = Object.entries<DescribedHeader>(describedHeaders)
  return Object.fromEntries(
    headers.map(([name, { description, always, schema }]) => [name, { description, required: always, schema }]),
  )
}
