import { requestText } from './raw-http.ts'

/**
 * What people and programs do with a secret that they should not: bytes of a request that has it in a wrong place.
 * Nothing here makes it the name of something, which would be its owner's own doing.
 */
export type Misplacement = readonly [name: string, bytes: (secret: string, operatorKey: string) => string]

/** After these nothing more comes: there is no answer to wait for otherwise. */
export const breakingOff = /breaks off$|in a chunk|in a body that/

/** Typed as what is looked up: then a database that writes down all questions has it among them. */
export const lookedUp =
  /^as an? (?:id|id of the installation|search|search of everything|owner|organization|user|member)$/

const json = 'Content-Type: application/json'

function post(path: string, body: string, ...headers: readonly string[]): string {
  return requestText(`POST ${path}`, [...headers, `Content-Length: ${Buffer.byteLength(body)}`], body)
}

function posted(path: string, body: unknown, key: string, ...headers: readonly string[]): string {
  return post(path, JSON.stringify(body), `X-API-Key: ${key}`, json, ...headers)
}

function got(path: string, ...headers: readonly string[]): string {
  return requestText(`GET ${path}`, headers)
}

const inUrls: readonly Misplacement[] = [
  ['in a query', (secret) => got(`/v1/me?api_key=${secret}`)],
  ['in a query of the lane', (secret) => got(`/v1/forward-auth?permission=${secret}`, `X-API-Key: ${secret}`)],
  ['in a query of verify', (secret, key) => post(`/v1/verify?key=${secret}`, '{}', `X-API-Key: ${key}`, json)],
  ['as a path', (secret) => got(`/${secret}`)],
  ['as a path below /v1', (secret) => got(`/v1/${secret}`, `X-API-Key: ${secret}`)],
  ['as an id', (secret) => got(`/v1/api-keys/${secret}`, `X-API-Key: ${secret}`)],
  ['as an id of the installation', (secret, key) => got(`/v1/organizations/${secret}`, `X-API-Key: ${key}`)],
  ['as a cursor', (secret) => got(`/v1/api-keys?cursor=${secret}`, `X-API-Key: ${secret}`)],
  ['as a search', (secret) => got(`/v1/api-keys?q=${secret}`, `X-API-Key: ${secret}`)],
  ['as a search of everything', (secret) => got(`/v1/search?q=${secret}`, `X-API-Key: ${secret}`)],
  ['as an owner', (secret) => got(`/v1/api-keys?owner=${secret}`, `X-API-Key: ${secret}`)],
  ['as a time', (secret) => got(`/v1/api-keys?unusedSince=${secret}`, `X-API-Key: ${secret}`)],
  ['as a parameter', (secret) => got(`/v1/api-keys?${secret}=1`, `X-API-Key: ${secret}`)],
  ['as a user of the URL', (secret) => got(`http://${secret}@127.0.0.1/v1/me`)],
  ['as a host', (secret) => got(`http://${secret}/v1/me`)],
  ['in a fragment', (secret) => got(`/v1/me#${secret}`)],
  ['in a path that does not decode', (secret) => got(`/v1/api-keys/%ff${secret}`, `X-API-Key: ${secret}`)],
  ['with a method that the path does not take', (secret) => requestText(`PUT /v1/me`, [`X-API-Key: ${secret}`])],
]

const inHeaders: readonly Misplacement[] = [
  ['as Basic', (secret) => got('/v1/me', `Authorization: Basic ${Buffer.from(`${secret}:`).toString('base64')}`)],
  ['without a scheme', (secret) => got('/v1/me', `Authorization: ${secret}`)],
  ['with another scheme', (secret) => got('/v1/me', `Authorization: Token ${secret}`)],
  ['with more behind it', (secret) => got('/v1/me', `Authorization: Bearer ${secret}x`)],
  ['with less', (secret) => got('/v1/me', `Authorization: Bearer ${secret.slice(0, -1)}`)],
  ['in quotes', (secret) => got('/v1/forward-auth', `X-API-Key: "${secret}"`)],
  ['beside another', (secret, key) => got('/v1/me', `Authorization: Bearer ${secret}`, `X-API-Key: ${key}`)],
  ['twice', (secret) => got('/v1/forward-auth', `X-API-Key: ${secret}`, `X-API-Key: ${secret}`)],
  ['in a cookie', (secret) => got('/v1/me', `Cookie: session=${secret}`)],
  [
    'as referer and agent',
    (secret) => got('/v1/me', `Referer: https://a.example/?k=${secret}`, `User-Agent: ${secret}`),
  ],
  ['as an organization', (secret, key) => got('/v1/projects', `X-API-Key: ${key}`, `Mintmark-Organization: ${secret}`)],
  [
    'as a user',
    (secret, key) => got('/v1/projects', `X-API-Key: ${key}`, `Mintmark-Organization: x`, `Mintmark-User: ${secret}`),
  ],
  ['as an Idempotency-Key', (secret) => posted('/v1/projects', { unknown: 1 }, secret, `Idempotency-Key: ${secret}`)],
  ['as a forwarded address', (secret) => got('/v1/me', `X-API-Key: ${secret}`, `X-Forwarded-For: ${secret}`)],
  [
    'as a request id',
    (secret) => got('/v1/me', `X-API-Key: ${secret}`, `X-Request-Id: ${secret}`, `traceparent: ${secret}`),
  ],
  ['as Host', (secret) => `GET /healthz HTTP/1.1\r\nHost: ${secret}\r\nConnection: close\r\n\r\n`],
  ['as an expectation', (secret) => got('/v1/me', `X-API-Key: ${secret}`, `Expect: ${secret}`)],
  ['in headers too large', (secret) => got('/v1/me', `X-API-Key: ${secret}`, `X: ${`${secret} `.repeat(400)}`)],
  ['in a header that is none', (secret) => got('/v1/me', `X-API-Key: ${secret}\0`)],
  ['as the name of a header', (secret) => got('/v1/me', `${secret}: x`, `X-API-Key: ${secret}`)],
  ['as a method', (secret) => `${secret} /v1/me HTTP/1.1\r\nHost: x\r\n\r\n`],
  ['as a version', (secret) => `GET /v1/me HTTP/${secret}\r\nHost: x\r\n\r\n`],
  ['before any request', (secret) => `${secret}\r\n\r\n`],
]

const inBodies: readonly Misplacement[] = [
  ['as an unknown field', (secret) => posted('/v1/projects', { name: 'x', api_key: secret }, secret)],
  ['as the name of a field', (secret) => posted('/v1/projects', { name: 'x', [secret]: 1 }, secret)],
  ['as the name of a field to verify', (secret, key) => posted('/v1/verify', { key: secret, [secret]: 1 }, key)],
  ['in JSON that breaks off', (secret) => post('/v1/projects', `{"name":"${secret}`, `X-API-Key: ${secret}`, json)],
  [
    'in JSON that breaks off, to verify',
    (secret, key) => post('/v1/verify', `{"key":"${secret}`, `X-API-Key: ${key}`, json),
  ],
  [
    'in another type of body',
    (secret) => post('/v1/projects', secret, `X-API-Key: ${secret}`, 'Content-Type: text/plain'),
  ],
  ['as a type of body', (secret) => post('/v1/projects', '{}', `X-API-Key: ${secret}`, `Content-Type: ${secret}`)],
  ['in a body without a type', (secret, key) => post('/v1/verify', secret, `X-API-Key: ${key}`)],
  ['in a body too large', (secret) => posted('/v1/projects', { name: `${secret} `.repeat(1_500) }, secret)],
  [
    'in a body that breaks off',
    (secret, key) => post('/v1/verify', `{"key":"${secret}"}`, `X-API-Key: ${key}`, json).slice(0, -5),
  ],
  [
    'in a chunk that is none',
    (secret) =>
      requestText('POST /v1/projects', [`X-API-Key: ${secret}`, json, 'Transfer-Encoding: chunked'], `${secret}\r\n`),
  ],
  [
    'in a trailer',
    (secret) =>
      requestText('POST /v1/projects', [json, 'Transfer-Encoding: chunked'], `0\r\nX-API-Key: ${secret}\r\n\r\n`),
  ],
  ['as a permission to verify', (secret, key) => posted('/v1/verify', { key: secret, permission: secret }, key)],
  [
    'as one of the permissions',
    (secret, key) => posted('/v1/verify', { key: secret, permission: { all: [secret] } }, key),
  ],
  ['as a role to verify', (secret, key) => posted('/v1/verify', { key: secret, roles: [secret] }, key)],
  ['as a project to verify', (secret, key) => posted('/v1/verify', { key: secret, projectId: secret }, key)],
  ['as an environment', (secret, key) => posted('/v1/verify', { key: secret, environment: secret }, key)],
  ['as an address', (secret, key) => posted('/v1/verify', { key: secret, clientIp: secret }, key)],
  [
    'everywhere in a batch',
    (secret, key) => posted('/v1/verify/batch', { requests: [{ key: secret }, { key: secret, roles: [secret] }] }, key),
  ],
  ['as a tier', (secret, key) => posted('/v1/organizations', { name: 'x', tier: secret }, key)],
  ['as a member', (secret, key) => posted('/v1/sessions', { organizationId: 'x', userId: secret }, key)],
  ['as what an operator key may do', (secret, key) => posted('/v1/operator-keys', { name: 'x', only: secret }, key)],
]

export const misplacements: readonly Misplacement[] = [...inUrls, ...inHeaders, ...inBodies]
