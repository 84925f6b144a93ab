import { createId } from '@mintmark/core'
import { randomBytes } from 'node:crypto'
import type { CallerSpec, KeySpec, Role, Rules, Target } from './access-oracle.ts'
import { roles, rows } from './access-oracle.ts'
import { bearer, createClient, expectStatus, reason, type Client } from './http-client.ts'
import type { InProcess } from './in-process.ts'
import { requestOf, unnamed, type Named, type WorldRequest } from './matrix-requests.ts'

/** An organization `home` to be in, `away` to be foreign, `asleep` to be suspended; and callers and targets of every kind. */
export type World = {
  /** Sends one cell's request. */
  call(operation: string, caller: CallerSpec, target: Target): Promise<{ status: number; reason: string | null }>
}

/** The contract of an installation with these rules: limits as far away as they go. */
export function contractOf(rules: Rules): object {
  return {
    name: 'Matrix',
    keys: { legacy: [{ pattern: '^old_[0-9]+$', hash: 'sha256-hex' }] },
    neverByKey: rules.neverByKey,
    minting: { keysManageKeys: rules.keysManageKeys, perMemberPerDay: 10_000, activePerMember: 10_000 },
    tiers: { standard: { limit: 100_000, windowSeconds: 1 } },
    defaultTier: 'standard',
  }
}

const home = '/v1/organizations/home'
const absent: Named = { id: 'absent', secretId: 'sec_absent', organizationId: 'absent' }

export async function openWorld(mintmark: InProcess): Promise<World> {
  const world = new MatrixWorld(mintmark)
  await world.open()
  return world
}

/** Who calls: his headers, and the key that he is, or null. */
type Caller = { readonly client: Client; readonly key: Named | null; readonly project: string }

class MatrixWorld implements World {
  readonly #mintmark: InProcess
  readonly #callers = new Map<string, Caller>()
  readonly #targets = new Map<string, Named>()
  #count = 0

  constructor(mintmark: InProcess) {
    this.#mintmark = mintmark
  }

  async open(): Promise<void> {
    const { operator } = this.#mintmark
    for (const id of ['home', 'away', 'asleep']) {
      await this.#mintmark.organization({ id, roles: [...roles] })
      expectStatus(200, await operator.put(`/v1/organizations/${id}/members/boss`, { role: 'admin' }))
      expectStatus(200, await operator.put(`/v1/organizations/${id}/members/heir`, { role: 'member' }))
    }
    for (const id of ['web', 'shop']) expectStatus(201, await this.#in('home').post('/v1/projects', { id, name: id }))
    expectStatus(201, await this.#in('away').post('/v1/projects', { id: 'theirs', name: 'theirs' }))
    await this.#suspend('asleep')
  }

  async call(operation: string, spec: CallerSpec, target: Target) {
    const name = JSON.stringify([spec, consumesCaller(operation, spec, target) ? (this.#count += 1) : 0])
    const caller = this.#callers.get(name) ?? (await this.#makeCaller(spec, operation, target))
    this.#callers.set(name, caller)
    const place = JSON.stringify([operation, target, target === 'itself' || target === 'own' ? name : ''])
    const named = this.#targets.get(place) ?? (await this.#makeTarget(operation, spec, caller, target))
    this.#targets.set(place, named)
    const request = await this.#requestOf(operation, spec, named)
    const answer = await caller.client.send(request.method, request.path, request.body)
    // What a request may have changed is not used again.
    if (request.method !== 'GET' && answer.status < 300) this.#targets.delete(place)
    if (operation.includes('Webhook') || operation.includes('Deliver')) await this.#removeWebhooks(place, named)
    return { status: answer.status, reason: answer.status < 300 ? null : (reason(answer)[1] ?? null) }
  }

  async #requestOf(operation: string, spec: CallerSpec, named: Named): Promise<WorldRequest> {
    this.#count += 1
    const token = operation === 'acceptInvitation' ? await this.#inviteAway() : ''
    const owner = spec.kind === 'operator' ? { owner: 'organization', role: 'member' } : {}
    return requestOf(operation, named, { count: this.#count, token, owner })
  }

  #in(organizationId: string): Client {
    return this.#mintmark.operator.with({ 'mintmark-organization': organizationId })
  }

  async #suspend(id: string, status = 'suspended'): Promise<void> {
    expectStatus(200, await this.#mintmark.operator.patch(`/v1/organizations/${id}`, { status }))
  }

  async #newMember(role: Role): Promise<string> {
    const userId = `user-${(this.#count += 1)}`
    expectStatus(200, await this.#mintmark.operator.put(`${home}/members/${userId}`, { role }))
    return userId
  }

  async #makeCaller(spec: CallerSpec, operation: string, target: Target): Promise<Caller> {
    const { url, operator } = this.#mintmark
    const plain = { key: null, project: 'web' }
    switch (spec.kind) {
      case 'nobody':
        return { client: createClient(url, {}), ...plain }
      case 'unknown':
        return { client: createClient(url, bearer(`mk_live_${'0'.repeat(38)}`)), ...plain }
      case 'operator': {
        const body = { name: 'matrix', ...(spec.onlyVerify && { only: 'verify' }) }
        const { key } = expectStatus(201, await operator.post('/v1/operator-keys', body))
        const acting = spec.inside ? { 'mintmark-organization': 'home' } : {}
        return { client: createClient(url, { ...bearer(key), ...acting }), ...plain }
      }
      case 'key':
        return this.#makeKeyCaller(spec, operation === 'deleteProject' && target === 'own')
      case 'on behalf':
      case 'session':
        return { client: await this.#makeMember(spec), ...plain }
    }
  }

  async #makeMember(spec: CallerSpec & { kind: 'on behalf' | 'session' }): Promise<Client> {
    const { url, operator } = this.#mintmark
    const organizationId = spec.standing === 'organization suspended' ? 'asleep' : 'home'
    // A member of his own: an invitation is accepted once.
    const userId = organizationId === 'home' ? await this.#newMember(spec.role) : spec.role
    if (spec.kind === 'on behalf') {
      await this.#fell(spec.standing, userId)
      return this.#in(organizationId).with({ 'mintmark-user': userId })
    }
    const { token } = expectStatus(201, await operator.post('/v1/sessions', { organizationId, userId }))
    await this.#fell(spec.standing, userId)
    return createClient(url, bearer(token))
  }

  async #fell(standing: string, userId: string): Promise<void> {
    if (standing !== 'owner suspended') return
    expectStatus(200, await this.#in('home').patch(`/v1/users/${userId}`, { status: 'suspended' }))
  }

  async #makeKeyCaller(spec: KeySpec, isProjectConsumed: boolean): Promise<Caller> {
    const inside = this.#in(spec.standing === 'organization suspended' ? 'asleep' : 'home')
    const project = isProjectConsumed ? (await this.#newProject('home')).id : 'web'
    const minted = await this.#mint(
      inside,
      spec.standing === 'organization suspended' ? { ...spec, scope: 'organization' } : spec,
      project,
    )
    if (spec.owner === 'member') {
      const userId = spec.standing === 'organization suspended' ? spec.role : await this.#newMember(spec.role)
      expectStatus(200, await inside.post(`/v1/api-keys/${minted.id}/transfer`, { userId }))
      await this.#fell(spec.standing, userId)
    }
    if (spec.standing === 'revoked') expectStatus(200, await inside.post(`/v1/api-keys/${minted.id}/revoke`, {}))
    return { client: createClient(this.#mintmark.url, bearer(minted.key)), key: minted, project }
  }

  async #mint(
    inside: Client,
    { role, scope, environment, permissions }: Pick<KeySpec, 'role' | 'scope' | 'environment' | 'permissions'>,
    projectId: string,
  ): Promise<Named & { readonly key: string }> {
    const place = scope === 'project' ? { scope, projectId } : { scope }
    const body = { name: 'matrix', ...place, environment, permissions, owner: 'organization', role }
    const minted = expectStatus(201, await inside.post('/v1/api-keys', body))
    return { id: minted.id, secretId: minted.secrets[0].id, organizationId: 'home', key: minted.key }
  }

  async #makeTarget(operation: string, spec: CallerSpec, caller: Caller, target: Target): Promise<Named> {
    if (target === 'none') return { ...absent, id: unnamed }
    if (target === 'absent') return absentOf(operation)
    const where = target === 'foreign organization' ? 'away' : 'home'
    if (operation === 'mintApiKey') return { ...absent, id: projectNamed(target, caller) }
    if (operation === 'deleteOrganization') return this.#newOrganization()
    switch (rows[operation]?.names) {
      case 'key':
        return target === 'itself' && caller.key !== null ? caller.key : this.#newKey(spec, caller, target, operation)
      case 'project':
        return target === 'own' && isProjectScoped(spec) ? { ...absent, id: caller.project } : this.#newProject(where)
      case 'user':
      case 'organization member':
        return this.#newUser(where)
      case 'invitation':
        return this.#newInvitation(where)
      case 'operator key':
        return this.#newOperatorKey()
      case 'webhook':
        return this.#newWebhook(where)
      case 'organization':
      case undefined:
        return { ...absent, id: 'home' }
    }
  }

  async #newKey(spec: CallerSpec, caller: Caller, target: Target, operation: string): Promise<Named> {
    const isAway = target === 'foreign organization'
    const inside = this.#in(isAway ? 'away' : 'home')
    const project = isAway ? 'theirs' : target === 'own' || target === 'itself' ? caller.project : 'shop'
    const shape = { role: 'member', scope: 'project', environment: 'live', permissions: [] } as const
    const key = await this.#mint(inside, shape, project)
    if (target === 'itself' && 'role' in spec) {
      const { userId } = expectStatus(200, await caller.client.get('/v1/me'))
      expectStatus(200, await inside.post(`/v1/api-keys/${key.id}/transfer`, { userId }))
    }
    if (operation === 'endApiKeySecret') expectStatus(201, await inside.post(`/v1/api-keys/${key.id}/rotate`, {}))
    return key
  }

  async #newProject(organizationId: string): Promise<Named> {
    const id = `project-${(this.#count += 1)}`
    expectStatus(201, await this.#in(organizationId).post('/v1/projects', { id, name: id }))
    return { ...absent, id }
  }

  async #newUser(organizationId: string): Promise<Named> {
    const id = `user-${(this.#count += 1)}`
    const path = `/v1/organizations/${organizationId}/members/${id}`
    expectStatus(200, await this.#mintmark.operator.put(path, { role: 'member' }))
    return { ...absent, id, organizationId: 'home' }
  }

  async #newOrganization(): Promise<Named> {
    const id = `organization-${(this.#count += 1)}`
    expectStatus(201, await this.#mintmark.operator.post('/v1/organizations', { id, name: id }))
    return { ...absent, id }
  }

  async #newInvitation(organizationId: string): Promise<Named> {
    const body = { email: `someone-${(this.#count += 1)}@example.test`, role: 'member' }
    return { ...absent, id: expectStatus(201, await this.#in(organizationId).post('/v1/users/invite', body)).id }
  }

  async #inviteAway(): Promise<string> {
    const body = { email: `someone-${(this.#count += 1)}@example.test`, role: 'member' }
    // A fresh organization, because he who accepts is a member from then on.
    const { id } = await this.#newOrganization()
    return expectStatus(201, await this.#in(id).post('/v1/users/invite', body)).token
  }

  async #newWebhook(organizationId: string): Promise<Named> {
    const inside = this.#in(organizationId)
    const body = { url: `https://hooks-${(this.#count += 1)}.invalid/`, events: ['member.*'] }
    const { id } = expectStatus(201, await inside.post('/v1/webhooks', body))
    const delivery = expectStatus(201, await inside.post(`/v1/webhooks/${id}/test`))
    return { ...absent, id, secretId: delivery.id }
  }

  /** An organization may have a few: those of one cell are not kept for the next. */
  async #removeWebhooks(place: string, { id }: Named): Promise<void> {
    this.#targets.delete(place)
    const made = expectStatus(200, await this.#in('home').get('/v1/webhooks')).data
    for (const webhook of made) await this.#in('home').delete(`/v1/webhooks/${webhook.id}`)
    await this.#in('away').delete(`/v1/webhooks/${id}`)
  }

  async #newOperatorKey(): Promise<Named> {
    const { id } = expectStatus(201, await this.#mintmark.operator.post('/v1/operator-keys', { name: 'target' }))
    return { ...absent, id }
  }
}

/** The request may end the very credential that it comes with, or the project that it is of. */
function consumesCaller(operation: string, spec: CallerSpec, target: Target): boolean {
  if (operation === 'endCurrentSession') return spec.kind === 'session'
  if (spec.kind !== 'key') return false
  if (operation === 'deleteProject') return isProjectScoped(spec) && target === 'own'
  return target === 'itself' && operation !== 'getApiKey'
}

function isProjectScoped(spec: CallerSpec): boolean {
  return spec.kind === 'key' && spec.scope === 'project'
}

function projectNamed(target: Target, caller: Caller): string {
  if (target === 'own') return caller.project
  return target === 'foreign project' ? 'shop' : 'theirs'
}

/** An id of the right shape that nothing has. */
function absentOf(operation: string): Named {
  const kind = rows[operation]?.names
  const prefix =
    kind === 'key' || kind === 'operator key'
      ? 'key'
      : kind === 'invitation'
        ? 'inv'
        : kind === 'webhook'
          ? 'whk'
          : null
  const id = prefix === null ? `absent-${randomBytes(4).toString('hex')}` : createId(prefix, randomBytes)
  const organizationId = kind === 'organization member' ? 'home' : id
  return { id, secretId: createId('sec', randomBytes), organizationId }
}
