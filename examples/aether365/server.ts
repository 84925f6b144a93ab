import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Place, RunningMintmark, ServedExample } from '@mintmark/example-demonstration'
import { Mintmark, readContract, RefusedError } from '@mintmark/sdk'
import { guard, type GuardVariables } from '@mintmark/sdk/hono'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { createApiKeyRoutes, listApiKeys } from './api-keys.ts'
import { policy } from './policy.ts'
import { TenantStore } from './tenant-store.ts'

export const contractFile = join(import.meta.dirname, 'contract.json')

const maxBodyBytes = 65_536

/** Aether365's API, which asks a Mintmark elsewhere about every request. */
export async function serveAether365({ mintmark, dataDir }: Place<RunningMintmark>): Promise<ServedExample> {
  const contract = readContract(readFileSync(contractFile, 'utf8'))
  const client = new Mintmark({ server: mintmark.url, key: mintmark.operatorKey, contract })
  const store = new TenantStore(join(dataDir, 'aether365.db'))
  const clientIp = (c: Context): string | null => getConnInfo(c).remote.address ?? null
  const guarded = guard({ verifier: client, policy, clientIp })
  await guarded.ready()

  const app = new Hono<{ Variables: GuardVariables }>()
  app.onError(guarded.answerErrors(console.error))
  const limited = bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge })
  app.use('/tenants/me/api-keys', limited)
  app.route('/tenants/me/api-keys', createApiKeyRoutes(client))
  app.use(guarded, limited)
  app.get('/tenants/me/api-keys', async (c) => done(c, await listApiKeys(client, tenantOf(c))))
  app.get('/tenants/me/scans', (c) => done(c, store.scans(tenantOf(c))))
  app.post('/tenants/me/scans', async (c) => done(c, store.addScan(tenantOf(c), await readText(c, 'target')), 201))
  app.get('/tenants/me/billing', (c) => done(c, store.billing(tenantOf(c))))
  app.patch('/tenants/me/billing', async (c) => done(c, store.setBilling(tenantOf(c), await readText(c, 'email'))))
  app.get('/tenants/me/plan', (c) => done(c, store.plan(tenantOf(c))))
  app.patch('/tenants/me/plan', async (c) => done(c, store.setPlan(tenantOf(c), await readText(c, 'name'))))

  const listener = getRequestListener(app.fetch)
  return { listener: (request, response) => void listener(request, response), close: () => store.close() }
}

function tenantOf(c: Context<{ Variables: GuardVariables }>): string {
  return c.var.mintmark.organizationId
}

function tooLarge(): never {
  throw new RefusedError('payload_too_large')
}

function done(c: Context, data: object, status: 200 | 201 = 200): Response {
  return c.json({ success: true, data }, status)
}

/** A text of the JSON body. */
async function readText(c: Context, name: string): Promise<string> {
  const body: unknown = await c.req.json().catch(() => null)
  const value = typeof body === 'object' && body !== null ? new Map(Object.entries(body)).get(name) : undefined
  if (typeof value !== 'string' || value === '') throw new RefusedError('invalid_request', `${name} is required.`)
  return value
}
