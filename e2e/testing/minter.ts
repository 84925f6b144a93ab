import { call, expectCall, type Answer } from './client.ts'
import { sendAndHangUp } from './hang-up.ts'
import { createOrganization, type Installation } from './installation.ts'
import { urlOf } from './storages.ts'

export type RequestOptions = {
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
  /** Instead of the operator key that acts. */
  readonly key?: string
}

/** Whoever acts in an organization by the operator key. `turn` chooses the node. */
export type Actor = {
  request(turn: number, method: string, path: string, options?: RequestOptions): Promise<Answer>
  /** Default body: a name. */
  mint(turn: number, options?: RequestOptions): Promise<Answer>
  /** The same for what must succeed. */
  minted(body?: object): Promise<Answer['body']>
  /** Sends a mint and never hears its answer. */
  mintUnheard(turn: number, options: RequestOptions): Promise<void>
}

export type Minter = Actor & {
  readonly userId: string
  creationLimits(): Promise<Answer['body']>
}

export type MintingOrganization = {
  readonly id: string
  readonly operator: Actor
  /** A new admin. */
  admit(): Promise<Minter>
  verify(turn: number, secret: string): Promise<Answer['body']>
}

let memberCount = 0

export async function createMintingOrganization(installation: Installation): Promise<MintingOrganization> {
  const { operatorKey: key, url } = installation
  const organization = await createOrganization(installation, { roles: [] })
  const { id } = organization
  return {
    id,
    operator: actorOf(installation, organization.acting()),
    async admit() {
      memberCount += 1
      const userId = `minter-${memberCount}`
      await expectCall(200, url, 'PUT', `/v1/organizations/${id}/members/${userId}`, { key, body: { role: 'admin' } })
      const headers = organization.acting(userId)
      const limitsPath = '/v1/api-keys/creation-limits'
      return {
        ...actorOf(installation, headers),
        userId,
        creationLimits: async () => expectCall(200, url, 'GET', limitsPath, { key, headers }),
      }
    },
    verify: async (turn, secret) =>
      expectCall(200, urlOf(installation, turn), 'POST', '/v1/verify', { key, body: { key: secret } }),
  }
}

const path = '/v1/api-keys'

function actorOf(installation: Installation, acting: Readonly<Record<string, string>>): Actor {
  const { operatorKey, url } = installation
  return {
    request: async (turn, method, asked, { key, headers, ...options } = {}) =>
      call(urlOf(installation, turn), method, asked, {
        ...options,
        key: key ?? operatorKey,
        headers: { ...(key === undefined && acting), ...headers },
      }),
    mint(turn, { body = { name: 'key' }, ...options } = {}) {
      return this.request(turn, 'POST', path, { ...options, body })
    },
    minted: async (body = { name: 'key' }) =>
      expectCall(201, url, 'POST', path, { key: operatorKey, headers: acting, body }),
    mintUnheard: async (turn, { body = { name: 'key' }, headers }) =>
      sendAndHangUp(`${urlOf(installation, turn)}${path}`, {
        headers: { authorization: `Bearer ${operatorKey}`, ...acting, ...headers },
        body,
        after: turn % 2 === 0 ? 'head' : 'sending',
      }),
  }
}
