import { RefusedError } from '@mintmark/sdk'
import type { GuardVariables } from '@mintmark/sdk/hono'
import { Hono, type Context } from 'hono'
import { readPage } from './page-request.ts'
import { kinds, readFields, type ResourceKind } from './resource-kinds.ts'
import type { ResourceStore, Shelf } from './resource-store.ts'

type Guarded = { Variables: GuardVariables }

/** The routes of every kind. What the policy lacks of them, such as to change a stored file, never gets here. */
export function createResourceRoutes(store: ResourceStore): Hono<Guarded> {
  const routes = new Hono<Guarded>()
  for (const kind of kinds) routes.route(`/${kind}`, createRoutesOf(store, kind))
  routes.get('/billing', (c) => {
    const count = (kind: ResourceKind): number => store.count(shelfOf(c, kind))
    const usage = { agents: count('agents'), sites: count('sites'), storage: count('storage') }
    return c.json({ usage, paymentMethods: count('billing/payment-methods') })
  })
  return routes
}

function createRoutesOf(store: ResourceStore, kind: ResourceKind): Hono<Guarded> {
  const routes = new Hono<Guarded>()
  routes.get('/', (c) => c.json(store.list(shelfOf(c, kind), readPage(c.req.query()))))
  routes.post('/', async (c) => c.json(store.add(shelfOf(c, kind), readFields(kind, await bodyOf(c), true)), 201))
  routes.get('/:id', (c) => c.json(there(store.find(shelfOf(c, kind), c.req.param('id')))))
  routes.patch('/:id', async (c) => {
    const [shelf, id] = [shelfOf(c, kind), c.req.param('id')]
    there(store.find(shelf, id))
    return c.json(there(store.change(shelf, id, readFields(kind, await bodyOf(c), false))))
  })
  routes.delete('/:id', (c) => {
    if (!store.remove(shelfOf(c, kind), c.req.param('id'))) throw new RefusedError('not_found')
    return c.body(null, 204)
  })
  return routes
}

/** A key's own environment. A person works in both, and says `?environment=test` where he means the other. */
function shelfOf(c: Context<Guarded>, kind: ResourceKind): Shelf {
  const { organizationId, environment } = c.var.mintmark
  return { organizationId, environment: environment ?? (c.req.query('environment') === 'test' ? 'test' : 'live'), kind }
}

async function bodyOf(c: Context): Promise<unknown> {
  return c.req.json().catch(() => {
    throw new RefusedError('invalid_request', 'Send the body as JSON.')
  })
}

/** What is another organization's, or another environment's, was never there. */
function there<T>(found: T | null): T {
  if (found === null) throw new RefusedError('not_found')
  return found
}
