import { createHash } from 'node:crypto'
import type { OrganizationId } from '@mintmark/core'
import { hostCaller, type CallerIn, type OperatorCaller } from '../engine/caller.ts'
import type { Engine } from '../engine/engine.ts'
import type { KeyView } from '../engine/keys/key-view.ts'

/** The contract of an installation in which nobody meets a limit. */
export const unlimited = {
  name: 'Faults',
  keys: { legacy: [{ pattern: '^old_[0-9a-f]{64}$', hash: 'sha256-hex' }] },
  minting: { perMemberPerDay: 10_000, activePerMember: 100_000 },
}

/** One mutation that is about to be made. `about` is the key whose deletion would take its event along. */
export type Mutating = { readonly requestId: string; readonly what: string; readonly about: string | null }

type Act = { readonly what: string; readonly about?: string; readonly run: () => Promise<unknown> }

/** Does one thing after another in one organization, each of which changes something, by the operator and by a member. */
export class RandomMutations {
  readonly #engine: Engine
  readonly #organizationId: OrganizationId
  readonly #prefix: string
  #count = 0

  /** @param prefix of request ids and names: nobody else's */
  constructor(engine: Engine, organizationId: OrganizationId, prefix: string) {
    this.#engine = engine
    this.#organizationId = organizationId
    this.#prefix = prefix
  }

  static async create(engine: Engine, organizationId: OrganizationId, prefix: string): Promise<RandomMutations> {
    const mutations = new RandomMutations(engine, organizationId, prefix)
    const { data } = await engine.organizations.list({})
    if (data.some(({ id }) => id === organizationId)) return mutations
    const host = hostCaller(null, { requestId: `${prefix}-setup`, ip: null })
    await engine.organizations.create(host, { id: organizationId, name: 'Acme' }, null)
    await engine.members.sync(host, organizationId, 'ada', { role: 'admin' })
    return mutations
  }

  /** @param begin told before, so that a process that is killed has said what it was at */
  async step(begin: (mutating: Mutating) => void): Promise<void> {
    this.#count += 1
    const requestId = `${this.#prefix}-${this.#count}`
    const { what, about = null, run } = await this.#choose(requestId)
    begin({ requestId, what, about })
    await run()
  }

  async #choose(requestId: string): Promise<Act> {
    const host = hostCaller(null, { requestId, ip: null })
    const inside: CallerIn = { ...host, organizationId: this.#organizationId }
    const { data: keys } = await this.#engine.keys.list(inside, { limit: 100, status: 'active' })
    const acts = [
      ...this.#makings(host, inside, requestId),
      ...this.#keyActs(inside, pick(keys), requestId),
      ...(await this.#otherActs(host, inside, requestId)),
    ]
    return pick(acts) ?? this.#makings(host, inside, requestId)[0]
  }

  #makings(host: OperatorCaller, inside: CallerIn, name: string): [Act, ...Act[]] {
    const { keys, projects, members, operatorKeys, sessions, webhooks } = this.#engine
    const id = this.#organizationId
    const owned = { name, owner: 'organization', role: 'admin' } as const
    const project = { id: name, name }
    return [
      {
        what: 'mint',
        run: () => keys.mint(inside, { ...owned, metadata: { a: name }, expiresAtMs: Date.now() + 9e8 }),
      },
      {
        what: 'mint with limit',
        run: () => keys.mint(inside, { ...owned, rateLimit: { limit: 5, windowSeconds: 7 } }),
      },
      {
        what: 'import',
        run: () => keys.import({ ...host, organizationId: id }, [{ ...owned, ...importedAs(name) }], null),
      },
      { what: 'create project', run: () => projects.create(inside, project) },
      {
        what: 'add member',
        run: () => members.sync(host, id, `user-${name}`, { role: 'engineer', email: `${name}@x.test` }),
      },
      { what: 'invite', run: () => members.invite(inside, { email: `${name}@example.test`, role: 'member' }) },
      { what: 'create operator key', run: () => operatorKeys.create(host, { name, only: 'verify' }, null) },
      { what: 'create session', run: () => sessions.create(host, { organizationId: id, userId: 'ada' }, null) },
      {
        what: 'create webhook',
        run: () => webhooks.create(inside, { url: `https://example.com/${name}`, events: ['*'] }, null),
      },
    ]
  }

  #keyActs(inside: CallerIn, key: KeyView | undefined, name: string): readonly Act[] {
    if (key === undefined) return []
    const { keys } = this.#engine
    const { id: about } = key
    const owner = key.owner.type === 'member' ? { owner: 'organization', role: 'member' } : { userId: 'ada' }
    const [secret] = key.secrets
    return [
      { what: 'rename', about, run: () => keys.change(inside, about, { name, metadata: { b: name } }) },
      { what: 'narrow', about, run: () => keys.change(inside, about, { ipAllowlist: [networkOf(name)] }) },
      { what: 'rotate', about, run: () => keys.rotate(inside, about, { overlapSeconds: 600 }) },
      { what: 'revoke', about, run: () => keys.revoke(inside, about, { reason: 'leaked', comment: name }) },
      { what: 'delete', about, run: () => keys.delete(inside, about) },
      { what: 'delete', about, run: () => keys.delete(inside, about) },
      { what: 'transfer', about, run: () => keys.transfer(inside, about, owner as never) },
      ...(key.secrets.length < 2 || secret === undefined
        ? []
        : [{ what: 'end secret', about, run: () => keys.endSecret(inside, about, secret.id) }]),
    ]
  }

  async #otherActs(host: OperatorCaller, inside: CallerIn, name: string): Promise<readonly Act[]> {
    const { projects, members, organizations, operatorKeys, webhooks } = this.#engine
    const page = { limit: 100 }
    const project = pick((await projects.list(inside, page)).data)
    const member = pick((await members.list(inside, page)).data.filter(({ id }) => id !== 'ada'))
    const invitation = pick((await members.listInvitations(inside, page)).data)
    const webhook = pick((await webhooks.list(inside, page)).data)
    const operatorKey = pick((await operatorKeys.list(page)).data.filter(({ status }) => status === 'active'))
    return [
      { what: 'rename organization', run: () => organizations.change(host, this.#organizationId, { name }) },
      ...actsOn(project, ({ id }) => [
        { what: 'rename project', run: () => projects.change(inside, id, { name }) },
        { what: 'delete project', run: () => projects.delete(inside, id) },
        {
          what: 'mint for project',
          run: () =>
            this.#engine.keys.mint(inside, {
              name,
              scope: 'project',
              projectId: id,
              owner: 'organization',
              role: 'engineer',
            }),
        },
      ]),
      ...actsOn(member, ({ id, role }) => [
        {
          what: 'change member',
          run: () => members.change(inside, id, { role: role === 'engineer' ? 'admin' : 'engineer' }),
        },
        { what: 'sync member', run: () => members.sync(host, this.#organizationId, id, { role, name }) },
        { what: 'remove member', run: () => members.remove(inside, id, { keys: 'revoke' }) },
      ]),
      ...actsOn(invitation, ({ id }) => [{ what: 'withdraw', run: () => members.withdrawInvitation(inside, id) }]),
      ...actsOn(webhook, ({ id }) => [
        { what: 'change webhook', run: () => webhooks.change(inside, id, { description: name }) },
        { what: 'rotate webhook secret', run: () => webhooks.rotateSecret(inside, id, { overlapSeconds: 60 }, null) },
        { what: 'test webhook', run: () => webhooks.test(inside, id, null) },
        { what: 'delete webhook', run: () => webhooks.delete(inside, id) },
      ]),
      ...actsOn(operatorKey, ({ id }) => [
        { what: 'revoke operator key', run: () => operatorKeys.revoke(host, id, null) },
      ]),
    ]
  }
}

/** What another system would have stored of a key. */
function importedAs(name: string) {
  const hash = createHash('sha256').update(name).digest('hex')
  return { hash, hashedAs: 'sha256-hex', prefix: 'old_' } as const
}

/** This name's alone, so that it is always a change. */
function networkOf(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex')
  return `2001:db8:${digits.slice(0, 4)}:${digits.slice(4, 8)}::/64`
}

function actsOn<T>(thing: T | undefined, acts: (thing: T) => readonly Act[]): readonly Act[] {
  return thing === undefined ? [] : acts(thing)
}

function pick<T>(list: readonly T[]): T | undefined {
  return list[Math.floor(Math.random() * list.length)]
}
