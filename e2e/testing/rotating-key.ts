import { call, expectCall, type Answer } from './client.ts'
import { createOrganization, type Installation } from './installation.ts'
import type { Rotation, SecretUse } from './secret-life.ts'
import { urlOf } from './storages.ts'

/** A secret as its client has it. */
export type HeldSecret = { readonly id: string; readonly text: string }

/** A key that its owner rotates, on any node (`turn`), with all the secrets it ever had, oldest first. */
export type RotatingKey = {
  readonly id: string
  readonly secrets: readonly HeldSecret[]
  /** The mint is the first. */
  readonly rotations: readonly Rotation[]
  rotate(turn: number, overlapSeconds: number): Promise<HeldSecret>
  /** Whatever comes of it. */
  request(turn: number, method: string, path: string, body?: object): Promise<Answer>
  /** Asks with a secret, at another door each turn. */
  use(turn: number, secret: HeldSecret): Promise<SecretUse>
}

export async function createRotatingKey(installation: Installation): Promise<RotatingKey> {
  const { operatorKey: key } = installation
  const organization = await createOrganization(installation)
  const headers = organization.acting(organization.userIds['admin'])
  const secrets: HeldSecret[] = []
  const rotations: Rotation[] = []
  const request = async (turn: number, method: string, path: string, body?: object) =>
    call(urlOf(installation, turn), method, path, { key, headers, ...(body !== undefined && { body }) })

  /** Takes note of an answer with a new secret in it: the last of its live ones. */
  async function hold(asked: () => Promise<Answer>, overlapMs: number): Promise<HeldSecret> {
    const sentMs = nowMs()
    const { status, text, body } = await asked()
    if (status !== 201) throw new Error(`${status} ${text}`)
    const live = body.secrets.map(({ id, expiresAt }: { id: string; expiresAt: string | null }) => ({
      id,
      endsAtMs: expiresAt === null ? null : Date.parse(expiresAt),
    }))
    const secret = { id: body.secrets.at(-1).id, text: body.key }
    secrets.push(secret)
    rotations.push({ sentMs, receivedMs: nowMs(), overlapMs, made: secret.id, live })
    return secret
  }

  let id = ''
  await hold(async () => {
    const minted = await request(0, 'POST', '/v1/api-keys', { name: 'rotating' })
    id = minted.body.id
    return minted
  }, 0)
  const rateLimit = { limit: 100_000, windowSeconds: 86_400 }
  const path = `/v1/api-keys/${id}`
  const acting = organization.acting()
  await expectCall(200, installation.url, 'PATCH', path, { key, headers: acting, body: { rateLimit } })
  return {
    id,
    secrets,
    rotations,
    request,
    rotate: async (turn, overlapSeconds) =>
      hold(async () => request(turn, 'POST', `${path}/rotate`, { overlapSeconds }), overlapSeconds * 1_000),
    async use(turn, secret) {
      const sentMs = nowMs()
      const outcome = await askWith(installation, turn, secret)
      return { id: secret.id, sentMs, receivedMs: nowMs(), outcome }
    },
  }
}

/** Milliseconds UTC that never step back. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

const ways = ['verify', 'me', 'forward-auth'] as const

async function askWith(installation: Installation, turn: number, { text }: HeldSecret): Promise<SecretUse['outcome']> {
  const url = urlOf(installation, turn)
  const way = ways[turn % ways.length]
  const answer =
    way === 'verify'
      ? await call(url, 'POST', '/v1/verify', { key: installation.operatorKey, body: { key: text } })
      : await call(url, 'GET', `/v1/${way}`, { key: text })
  return outcomeOf(answer)
}

function outcomeOf({ status, text, body }: Answer): SecretUse['outcome'] {
  if (status === 503) return 'unknown'
  const reason = body?.reason ?? null
  if (status === 200 && reason === null) return 'accepted'
  if (reason === 'key_revoked') return 'key_revoked'
  throw new Error(`${status} ${text}`)
}
