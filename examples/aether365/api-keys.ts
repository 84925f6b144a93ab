import { fromHeaders, type ForwardedCall, type MintedApiKey, type Mintmark } from '@mintmark/sdk'
import { Hono, type Context } from 'hono'

/** What makes and ends keys. Mintmark judges it itself, by the caller's own credential: it belongs before the guard. */
export function createApiKeyRoutes(client: Mintmark): Hono {
  const forward = (c: Context, call: ForwardedCall): Promise<Response> =>
    client.forward(fromHeaders(c.req.raw.headers), { ...call, idempotencyKey: c.req.header('idempotency-key') ?? null })
  const routes = new Hono()
  routes.post('/', async (c) => {
    const body: unknown = await c.req.json().catch(() => null)
    const name = typeof body === 'object' && body !== null && 'name' in body ? body.name : undefined
    const answer = await forward(c, { method: 'POST', path: '/v1/api-keys', body: { name } })
    return reshape(answer, ({ id, name, key, prefix, createdAt, lastUsedAt }) => {
      return { id, name, key, prefix, createdAt, lastUsedAt }
    })
  })
  routes.delete('/:id', async (c) => {
    const path = `/v1/api-keys/${encodeURIComponent(c.req.param('id'))}/revoke`
    return reshape(await forward(c, { method: 'POST', path, body: {} }), () => null)
  })
  return routes
}

/** All active keys of a tenant, newest first, for whoever may read them. */
export async function listApiKeys(operator: Mintmark, tenant: string): Promise<readonly object[]> {
  const keys: object[] = []
  for await (const key of operator.actingIn(tenant).keys.list({ status: 'active', limit: 100 })) {
    const { id, name, prefix, createdAt, lastUsedAt } = key
    keys.push({ id, name, prefix, createdAt, lastUsedAt })
  }
  return keys
}

/** A success with other data in its envelope; refusals are as they should be. */
async function reshape(answer: Response, change: (data: MintedApiKey) => unknown): Promise<Response> {
  if (!answer.ok) return answer
  const { data } = (await answer.json()) as { readonly data: MintedApiKey }
  const { headers } = answer
  return new Response(JSON.stringify({ success: true, data: change(data) }), { status: answer.status, headers })
}
