import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMintmark, hostCaller, type Engine } from '@mintmark/server'
import { afterAll } from 'vitest'
import { Mintmark } from '../mintmark.ts'

/** Mintmark in this process, behind a real socket. */
export type ServedMintmark = {
  readonly url: string
  readonly engine: Engine
  readonly operatorKey: string
  /** A client with the operator key. */
  readonly operator: Mintmark
  /** A client that acts in a new organization, which has a member of each role, named as it. */
  readonly organization: (options?: OrganizationOptions) => Promise<Mintmark>
}

export type OrganizationOptions = {
  readonly rateLimit?: { readonly limit: number; readonly windowSeconds: number }
  readonly roles?: readonly string[]
}

export type ServeOptions = {
  /** Between the operator's client and the server. */
  readonly fetch?: typeof fetch
  /** As it stands in a contract file. Default: the built-in one. */
  readonly contract?: unknown
}

/** A suite's Mintmarks, closed when it ends. Call it once in a `describe`. */
export function servingMintmark(): (options?: ServeOptions) => Promise<ServedMintmark> {
  const closings: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const close of closings.splice(0)) await close()
  })
  return async ({ contract, fetch: send } = {}) => {
    const mintmark = await createMintmark({
      dataDir: ':memory:',
      contract,
      webhookAllowNetworks: ['127.0.0.0/8'],
      log: { write: () => undefined },
    })
    const server = createServer(mintmark.handler).listen(0, '127.0.0.1')
    await once(server, 'listening')
    closings.push(async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await mintmark.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const host = hostCaller(null, { requestId: 'test', ip: null })
    const operatorKey = (await mintmark.engine.operatorKeys.create(host, { name: 'test' }, null)).value.key ?? ''
    const operator = new Mintmark({ server: url, key: operatorKey, ...(send && { fetch: send }) })
    const organization = (options: OrganizationOptions = {}): Promise<Mintmark> => createOrganization(operator, options)
    return { url, engine: mintmark.engine, operatorKey, operator, organization }
  }
}

let organizations = 0

async function createOrganization(operator: Mintmark, options: OrganizationOptions): Promise<Mintmark> {
  organizations += 1
  const { rateLimit, roles = ['admin', 'member'] } = options
  const { id } = await operator.organizations.create({ name: `acme-${organizations}`, ...(rateLimit && { rateLimit }) })
  for (const role of roles) await operator.members.sync(id, role, { role })
  return operator.actingIn(id)
}
