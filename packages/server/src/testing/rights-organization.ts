import assert from 'node:assert/strict'
import { hostCaller } from '../engine/caller.ts'
import { hostCallerIn } from '../engine/host-caller-in.ts'
import { everyPermission, type PermissionList } from './access-oracle.ts'
import { bearer, expectStatus, type Client } from './http-client.ts'
import type { InProcess } from './in-process.ts'
import { createInjectedClient } from './injected-client.ts'
import { people, placeOf, projectIds, RightsModel, userIds, type Actor, type ModelKey } from './rights-model.ts'

const origin = { requestId: 'test', ip: null }
let organizations = 0

/** Keys of every reach, whose owners have every role: so that something happens to such keys, and by them. */
const firstKeys: readonly { readonly by: string; readonly projectId: string | null; readonly list: PermissionList }[] =
  [
    { by: 'ann', projectId: null, list: ['*'] },
    { by: 'ann', projectId: null, list: ['api_keys:read', 'users:*', 'projects:read', 'usage:read'] },
    { by: 'bob', projectId: 'shop', list: ['*'] },
    { by: 'cy', projectId: 'web', list: null },
  ]

/** What there are lists of. `type`: as search has it. */
export const nouns = [
  { path: '/v1/api-keys', type: 'key', ids: (model: RightsModel) => model.keys.map(({ id }) => id) },
  { path: '/v1/users', type: 'user', ids: () => userIds },
  { path: '/v1/projects', type: 'project', ids: () => projectIds },
] as const

type Found = { readonly type: string; readonly id: string }

/** A new organization, asked through the public handler. Everything in it is called `rights`. */
export class RightsOrganization {
  readonly #mintmark: InProcess
  readonly #operator: Client
  readonly #id: string

  private constructor(mintmark: InProcess, id: string) {
    this.#mintmark = mintmark
    this.#id = id
    this.#operator = createInjectedClient(mintmark.mintmark, bearer(mintmark.operatorKey))
  }

  static async create(
    mintmark: InProcess,
  ): Promise<{ readonly model: RightsModel; readonly real: RightsOrganization }> {
    const id = `rights-${(organizations += 1)}`
    const { organizations: created, members, projects } = mintmark.mintmark.engine
    const host = hostCaller(null, origin)
    await created.create(host, { id, name: id }, null)
    const model = new RightsModel()
    for (const userId of userIds) {
      await members.sync(host, id, userId, { role: people[userId], name: 'rights' })
      model.people.set(userId, { role: people[userId], status: 'active' })
    }
    const inside = hostCallerIn(id, origin)
    for (const projectId of projectIds) await projects.create(inside, { id: projectId, name: 'rights' }, null)
    const real = new RightsOrganization(mintmark, id)
    for (const key of firstKeys) model.keys.push(await real.#mint(key))
    return { model, real }
  }

  clientOf({ as }: Actor): Client {
    return 'userId' in as ? this.#as(as.userId) : createInjectedClient(this.#mintmark.mintmark, bearer(as.secret))
  }

  /** What verify sees of each key is exactly what the model says; of a secret that was rotated away nothing is left. */
  async compareRights(model: RightsModel): Promise<void> {
    const ended = model.keys.flatMap(({ endedSecrets }) => endedSecrets)
    const requests = [...model.keys.map(({ secret }) => secret), ...ended].map((key) => ({ key, cost: 0 }))
    const { results } = expectStatus(200, await this.#operator.post('/v1/verify/batch', { requests }))
    model.keys.forEach((key, index) => {
      const { reason, key: seen } = results[index]
      const rights = reason === 'key_revoked' ? null : seen.effectivePermissions
      assert.deepEqual(
        { reason, rights, projectId: reason === 'key_revoked' ? null : seen.projectId },
        {
          reason: model.reasonOf(key),
          rights: key.isRevoked ? null : [...model.rightsOf(key)].toSorted(),
          projectId: key.isRevoked ? null : key.projectId,
        },
      )
    })
    for (const { reason } of results.slice(model.keys.length)) assert.equal(reason, 'key_revoked')
  }

  /** The same of one key, permission by permission, and place by place. */
  async compareVerdicts(model: RightsModel, key: ModelKey): Promise<void> {
    const rights = model.rightsOf(key)
    const demands = [
      ...everyPermission.map((permission) => ({ demand: { permission }, isMet: rights.has(permission) })),
      ...projectIds.map((projectId) => ({ demand: { projectId }, isMet: (key.projectId ?? projectId) === projectId })),
      { demand: { organizationWide: true }, isMet: key.projectId === null },
    ]
    const requests = demands.map(({ demand }) => ({ key: key.secret, cost: 0, ...demand }))
    const { results } = expectStatus(200, await this.#operator.post('/v1/verify/batch', { requests }))
    const isGood = model.reasonOf(key) === null
    assert.deepEqual(
      results.map(({ valid }: { valid: boolean }) => valid),
      demands.map(({ isMet }) => isGood && isMet),
    )
  }

  /** What somebody's list shows is what GET /{id} allows him, no more and no less; and so is what search finds. */
  async compareLists(model: RightsModel, viewer: Actor, { path, type, ids }: (typeof nouns)[number]): Promise<void> {
    const client = this.clientOf(viewer)
    const listed = await client.get(`${path}?limit=100`)
    const search = await client.get('/v1/search?q=rights')
    const found: readonly Found[] = search.status === 200 ? search.body.data : []
    const readable: string[] = []
    for (const id of ids(model)) if ((await client.get(`${path}/${id}`)).status === 200) readable.push(id)
    assert.deepEqual(listed.status === 200 ? idsOf(listed.body.data) : [], readable.toSorted())
    assert.deepEqual(idsOf(found.filter((one) => one.type === type)), readable.toSorted(), 'By search')
  }

  async #mint({ by, projectId, list: permissions }: (typeof firstKeys)[number]): Promise<ModelKey> {
    const body = { name: 'rights', permissions, ...placeOf(projectId) }
    const minted = expectStatus(201, await this.#as(by).post('/v1/api-keys', body))
    const owner = { userId: by }
    return { id: minted.id, projectId, secret: minted.key, endedSecrets: [], permissions, owner, isRevoked: false }
  }

  #as(userId: string): Client {
    return this.#operator.with({ 'mintmark-organization': this.#id, 'mintmark-user': userId })
  }
}

function idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
  return rows.map(({ id }) => id).toSorted()
}
