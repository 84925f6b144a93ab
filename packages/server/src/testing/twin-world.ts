import { createId } from '@mintmark/core'
import { randomBytes } from 'node:crypto'
import { bearer, createClient, expectStatus, type Answer, type Client } from './http-client.ts'
import type { InProcess } from './in-process.ts'
import { twins, variablesOf, type KeyChoice, type TwinOperation } from './twin-operations.ts'

/** What came of an operation, alike over both interfaces. */
export type Outcome = {
  readonly status: number
  readonly reason: string | null
  readonly message: string | null
  /** Of the caller's window. */
  readonly remaining: string | null
  readonly value: unknown
}

const roles = ['admin', 'manager', 'engineer', 'member']

/** Who asks. Keys have a window that some of them fill. */
export const callers = [
  ...roles.map((role) => `on behalf of ${role}`),
  'on behalf of admin',
  'on behalf of admin',
  'session of admin',
  'operator inside',
  'operator outside',
  'operator that only verifies',
  'key of admin',
  'key of engineer',
  'key of member',
  'key of a project',
  'test key',
  'key that reads',
  'key that may nothing',
  'revoked key',
  'unknown key',
  'nobody',
] as const
export type CallerName = (typeof callers)[number]

/** One of two organizations that are alike but for their ids, in two installations. */
export class TwinWorld {
  readonly #mintmark: InProcess
  readonly #callers = new Map<string, Client>()
  readonly #keys: string[] = []
  #foreign = ''

  private constructor(mintmark: InProcess) {
    this.#mintmark = mintmark
  }

  static async open(mintmark: InProcess, id: string): Promise<TwinWorld> {
    const world = new TwinWorld(mintmark)
    await world.#open(id)
    return world
  }

  async rest(caller: CallerName, operation: TwinOperation): Promise<Outcome> {
    const [method, path, body] = twins[operation.name]?.rest(this.#idOf(operation.key), operation.input) ?? ['GET', '/']
    const answer = await this.#clientOf(caller).send(method, path, body)
    if (operation.name === 'createApiKey' && answer.status === 201) this.#keys.push(answer.body.id)
    const isDone = answer.status < 300
    return {
      status: isDone ? 200 : answer.status,
      reason: isDone ? null : answer.body.reason,
      message: isDone ? null : answer.body.message,
      remaining: answer.headers.get('x-ratelimit-remaining'),
      value: isDone ? restValue(operation.name, answer) : null,
    }
  }

  async graphql(caller: CallerName, operation: TwinOperation): Promise<Outcome> {
    const query = twins[operation.name]?.graphql ?? ''
    const variables = variablesOf(operation, this.#idOf(operation.key))
    const answer = await this.#clientOf(caller).post('/graphql', { query, variables })
    const [error] = answer.body.errors ?? []
    const data = answer.body.data?.[operation.name] ?? null
    if (operation.name === 'createApiKey' && data !== null) this.#keys.push(data.apiKey.id)
    return {
      status: error?.extensions.status ?? 200,
      reason: error?.extensions.reason ?? null,
      message: error?.message ?? null,
      remaining: answer.headers.get('x-ratelimit-remaining'),
      value: error === undefined ? graphqlValue(operation.name, data) : null,
    }
  }

  #idOf(choice: KeyChoice): string {
    if (choice === 'foreign') return this.#foreign
    if (choice === 'absent') return createId('key', randomBytes)
    return choice === 'garbage' ? 'garbage' : (this.#keys[choice % this.#keys.length] ?? '')
  }

  #clientOf(caller: CallerName): Client {
    const client = this.#callers.get(caller)
    if (client === undefined) throw new Error(`Nobody is called ${caller}`)
    return client
  }

  async #open(id: string): Promise<void> {
    const { operator, url } = this.#mintmark
    const acme = await this.#mintmark.organization({ id, roles })
    const beta = await this.#mintmark.organization({ id: `${id}-foreign`, roles: ['admin'] })
    this.#foreign = (await beta.mint()).id
    for (const project of ['site', 'other']) await acme.addProject(project)
    for (const role of roles) this.#callers.set(`on behalf of ${role}`, acme.as(role))
    const verifier = expectStatus(201, await operator.post('/v1/operator-keys', { name: 'verifier', only: 'verify' }))
    this.#callers
      .set('session of admin', this.#mintmark.client(await acme.session('admin')))
      .set('operator inside', acme.operator)
      .set('operator outside', operator)
      .set('operator that only verifies', createClient(url, bearer(verifier.key)))
      .set('unknown key', this.#mintmark.client(`mk_live_${'0'.repeat(38)}`))
      .set('nobody', this.#mintmark.client(null))
    const keyOf = async (caller: CallerName, role: string, body: object): Promise<string> => {
      const rateLimit = { limit: 12, windowSeconds: 86_400 }
      const minted = await acme.mintOwned(role, { name: caller, rateLimit, ...body })
      this.#callers.set(caller, this.#mintmark.client(minted.key))
      this.#keys.push(minted.id)
      return minted.path
    }
    await keyOf('key of admin', 'admin', {})
    await keyOf('key of engineer', 'engineer', {})
    await keyOf('key of member', 'member', {})
    await keyOf('key of a project', 'engineer', { scope: 'project', projectId: 'site' })
    await keyOf('test key', 'admin', { environment: 'test' })
    await keyOf('key that reads', 'admin', { permissions: ['api_keys:read', 'usage:read'] })
    await keyOf('key that may nothing', 'admin', { permissions: [] })
    expectStatus(200, await acme.operator.post(`${await keyOf('revoked key', 'admin', {})}/revoke`, {}))
    for (const role of ['admin', 'engineer']) {
      const scope = role === 'admin' ? {} : { scope: 'project', projectId: 'site' }
      this.#keys.push((await acme.mint({ name: `of ${role}`, ...scope }, role)).id)
    }
  }
}

function restValue(operation: string, { body }: Answer): unknown {
  switch (operation) {
    case 'apiKeys':
      return body.data.map(comparableKey)
    case 'createApiKey':
    case 'rotateApiKey':
      return { isShown: body.key !== null, ...comparableKey(body) }
    case 'apiKeyRateLimit':
      return [body.remaining, body.limit, body.activeKeys, body.maxActiveKeys]
    case 'me':
      return comparableMe(body)
    case 'usage':
    case 'deleteApiKey':
      return null
    default:
      return comparableKey(body)
  }
}

function graphqlValue(operation: string, data: Answer['body']): unknown {
  switch (operation) {
    case 'apiKeys':
      return data.data.map(comparableKey)
    case 'createApiKey':
    case 'rotateApiKey':
      return { isShown: data.key !== null, ...comparableKey(data.apiKey) }
    case 'apiKeyRateLimit':
      return [data.remaining, data.limit, data.activeTokens, data.maxActiveTokens]
    case 'me':
      return comparableMe(data)
    case 'usage':
    case 'deleteApiKey':
      return null
    default:
      return comparableKey(data)
  }
}

/** A key without what is its own: ids, times, secrets. */
function comparableKey(key: Answer['body']): Readonly<Record<string, unknown>> {
  const { name, environment, scope, projectId, permissions, status, owner, createdByUserId, revokedReason } = key
  const { rateLimit, ipAllowlist, metadata, secrets } = key
  const ends = secrets.map(({ expiresAt }: { expiresAt: string | null }) => expiresAt !== null)
  const owned = [owner.type, owner.userId ?? null, owner.role ?? null]
  const identity = { name, environment, scope, projectId, permissions, status, owned, createdByUserId, revokedReason }
  return { ...identity, rateLimit, ipAllowlist, metadata, ends }
}

function comparableMe(me: Answer['body']): Readonly<Record<string, unknown>> {
  const { keyName, organizationId, userId, role, effectivePermissions, scopedProjectId, rateLimit } = me
  return { keyName, organizationId, userId, role, effectivePermissions, scopedProjectId, rateLimit }
}
