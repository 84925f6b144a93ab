import assert from 'node:assert/strict'
import { hostCaller } from '../engine/caller.ts'
import { hostCallerIn } from '../engine/host-caller-in.ts'
import { everyPermission } from './access-oracle.ts'
import { bearer, expectStatus, type Client } from './http-client.ts'
import type { InProcess } from './in-process.ts'
import { createInjectedClient } from './injected-client.ts'
import type { Kind } from './rights-commands.ts'
import { people, RightsModel, userIds, type Actor, type ModelKey } from './rights-model.ts'

const origin = { requestId: 'test', ip: null }
let organizations = 0

/** A new organization as it is, asked through the public handler, and what it is held against. */
export class RightsOrganization {
  readonly #mintmark: InProcess
  readonly #operator: Client
  readonly #id: string
  /** How often something was done, by kind. */
  readonly #done: Map<Kind, number>

  private constructor(mintmark: InProcess, id: string, done: Map<Kind, number>) {
    this.#mintmark = mintmark
    this.#id = id
    this.#done = done
    this.#operator = createInjectedClient(mintmark.mintmark, bearer(mintmark.operatorKey))
  }

  static async create(
    mintmark: InProcess,
    done: Map<Kind, number>,
  ): Promise<{ readonly model: RightsModel; readonly real: RightsOrganization }> {
    const id = `rights-${(organizations += 1)}`
    const { organizations: created, members, projects } = mintmark.mintmark.engine
    const host = hostCaller(null, origin)
    await created.create(host, { id, name: id }, null)
    const model = new RightsModel()
    for (const userId of userIds) {
      await members.sync(host, id, userId, { role: people[userId] })
      model.people.set(userId, { role: people[userId], status: 'active' })
    }
    const inside = hostCallerIn(id, origin)
    for (const projectId of ['web', 'shop']) await projects.create(inside, { id: projectId, name: projectId }, null)
    const real = new RightsOrganization(mintmark, id, done)
    const permissions = ['*']
    const body = { name: 'rights', permissions }
    const minted = expectStatus(201, await real.#as('ann').post('/v1/api-keys', body))
    const owner = { userId: 'ann' }
    model.keys.push({ id: minted.id, projectId: null, secret: minted.key, permissions, owner, isRevoked: false })
    return { model, real }
  }

  countDone(kind: Kind): void {
    this.#done.set(kind, (this.#done.get(kind) ?? 0) + 1)
  }

  clientOf({ as }: Actor): Client {
    return 'userId' in as ? this.#as(as.userId) : createInjectedClient(this.#mintmark.mintmark, bearer(as.secret))
  }

  /** What verify sees of each key is exactly what the model says. */
  async compareRights(model: RightsModel): Promise<void> {
    const requests = model.keys.map(({ secret }) => ({ key: secret, cost: 0 }))
    const { results } = expectStatus(200, await this.#operator.post('/v1/verify/batch', { requests }))
    model.keys.forEach((key, index) => {
      const { reason, key: seen } = results[index]
      assert.deepEqual(
        { reason, rights: reason === 'key_revoked' ? null : seen.effectivePermissions },
        { reason: model.reasonOf(key), rights: key.isRevoked ? null : [...model.rightsOf(key)].toSorted() },
      )
    })
    const admins = [...model.people.values()].filter(({ role, status }) => role === 'admin' && status === 'active')
    assert.ok(admins.length > 0, 'No administrator is left')
  }

  /** The same of one key, permission by permission. */
  async comparePermissions(model: RightsModel, key: ModelKey): Promise<void> {
    const requests = everyPermission.map((permission) => ({ key: key.secret, cost: 0, permission }))
    const { results } = expectStatus(200, await this.#operator.post('/v1/verify/batch', { requests }))
    const given = everyPermission.filter((_, index) => results[index].valid === true)
    const rights = model.reasonOf(key) === null ? model.rightsOf(key) : new Set()
    const expected = everyPermission.filter((permission) => rights.has(permission))
    assert.deepEqual(given, expected)
  }

  /** What somebody's list shows is what GET /{id} allows him, no more and no less; and so is what search finds. */
  async compareLists(model: RightsModel, viewer: Actor): Promise<void> {
    const client = this.clientOf(viewer)
    const listed = await client.get('/v1/api-keys?limit=100')
    const readable: string[] = []
    for (const { id } of model.keys) if ((await client.get(`/v1/api-keys/${id}`)).status === 200) readable.push(id)
    if (listed.status !== 200) {
      assert.deepEqual(readable, [])
      return
    }
    assert.deepEqual(idsOf(listed.body.data), readable.toSorted())
    const found = expectStatus(200, await client.get('/v1/search?q=rights')).data
    const keys = found.filter(({ type }: { type: string }) => type === 'key')
    assert.deepEqual(idsOf(keys), readable.toSorted())
  }

  #as(userId: string): Client {
    return this.#operator.with({ 'mintmark-organization': this.#id, 'mintmark-user': userId })
  }
}

function idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
  return rows.map(({ id }) => id).toSorted()
}
