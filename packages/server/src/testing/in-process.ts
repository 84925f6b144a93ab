import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, describe, vi } from 'vitest'
import { createMintmark, type Mintmark, type MintmarkOptions } from '../create-mintmark.ts'
import { hostCaller } from '../engine/caller.ts'
import { bearer, createClient, expectStatus, type Client } from './http-client.ts'
import { describeWithPostgres, testDatabaseUrl } from './servers.ts'

/** Mintmark in this process, behind a real socket. */
export type InProcess = {
  readonly mintmark: Mintmark
  readonly url: string
  readonly operatorKey: string
  /** Calls with the operator key, in no organization. */
  readonly operator: Client
  /** Calls with any credential; null: without one. */
  client(credential: string | null): Client
  organization(options?: OrganizationOptions): Promise<TestOrganization>
  /** JSON lines as they were logged. */
  readonly logLines: readonly string[]
}

export type OrganizationOptions = {
  readonly id?: string
  readonly rateLimit?: { readonly limit: number; readonly windowSeconds: number }
  /** One member for each, called as his role. Default: the four of the built-in contract. */
  readonly roles?: readonly string[]
}

export type TestOrganization = {
  readonly id: string
  /** `/v1/organizations/<id>` */
  readonly path: string
  /** The operator key, acting in this organization for nobody. */
  readonly operator: Client
  /** The operator key on behalf of the member with this id. */
  as(userId: string): Client
  /** A session token of this member. */
  session(userId: string): Promise<string>
  addMember(userId: string, role: string): Promise<void>
  addProject(id: string): Promise<string>
  /** Mints for the member (default: the admin), and says what was answered, `key` included. */
  mint(body?: object, userId?: string): Promise<MintedKey>
  /** Mints a key of the organization's own. */
  mintOwned(role: string, body?: object): Promise<MintedKey>
}

export type MintedKey = { readonly id: string; readonly key: string; readonly path: string; readonly prefix: string }

/** Opens Mintmarks that are closed when the suite around the call ends; it fails if one of them met a fault of ours. */
export type Open = (options?: MintmarkOptions) => Promise<InProcess>

const builtInRoles = ['admin', 'manager', 'engineer', 'member']

/** A suite on SQLite. Call it once in a `describe`. */
export function openingInProcess(): Open {
  const opened: { close(): Promise<void> }[] = []
  afterAll(async () => {
    for (const one of opened.splice(0)) await one.close()
  })
  return async (options = {}) => {
    const one = await openInProcess(options)
    opened.push(one)
    return one
  }
}

/** The suite on SQLite and on PostgreSQL. */
export function describeOnBothStorages(
  name: string,
  suite: (open: Open, storage: 'SQLite' | 'PostgreSQL') => void,
): void {
  describe(`${name} (SQLite)`, () => suite(openingInProcess(), 'SQLite'))
  describeWithPostgres(`${name} (PostgreSQL)`, () => {
    const open = openingInProcess()
    suite(async (options) => open({ ...options, databaseUrl: await testDatabaseUrl() }), 'PostgreSQL')
  })
}

/**
 * Lets time pass at once in this process, whose clock stands still from then on until the test ends: for SQLite, where
 * this clock is the authority's.
 */
export function usingTime(): (durationMs: number) => void {
  afterEach(() => {
    vi.useRealTimers()
  })
  return (durationMs) => void vi.setSystemTime(Date.now() + durationMs)
}

/** For who closes it himself. */
export async function openInProcess(options: MintmarkOptions): Promise<InProcess & { close(): Promise<void> }> {
  const logLines: string[] = []
  const mintmark = await createMintmark({
    dataDir: ':memory:',
    log: { write: (line) => logLines.push(line) },
    ...options,
  })
  const server = createServer({ optimizeEmptyRequests: true }, mintmark.handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const host = hostCaller(null, { requestId: 'test', ip: null })
  const operatorKey = (await mintmark.engine.operatorKeys.create(host, { name: 'test' }, null)).value.key ?? ''
  const operator = createClient(url, bearer(operatorKey))
  return {
    mintmark,
    url,
    operatorKey,
    operator,
    logLines,
    client: (credential) => createClient(url, credential === null ? {} : bearer(credential)),
    organization: (wanted = {}) => createOrganization(operator, wanted),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await mintmark.close()
      const failures = logLines.filter((line) => line.includes('"msg":"failure"'))
      if (failures.length > 0) throw new Error(`Mintmark failed:\n${failures.join('')}`)
    },
  }
}

let organizations = 0

async function createOrganization(operator: Client, wanted: OrganizationOptions): Promise<TestOrganization> {
  organizations += 1
  const { id = `acme-${organizations}`, rateLimit, roles = builtInRoles } = wanted
  expectStatus(201, await operator.post('/v1/organizations', { id, name: id, ...(rateLimit && { rateLimit }) }))
  const organization = handleOf(operator, id)
  for (const role of roles) await organization.addMember(role, role)
  return organization
}

function handleOf(operator: Client, id: string): TestOrganization {
  const path = `/v1/organizations/${id}`
  const inside = operator.with({ 'mintmark-organization': id })
  const as = (userId: string): Client => inside.with({ 'mintmark-user': userId })
  const mintBy = async (client: Client, body: object): Promise<MintedKey> => {
    const minted = expectStatus(201, await client.post('/v1/api-keys', { name: 'ci', ...body }))
    return { ...minted, path: `/v1/api-keys/${minted.id}` }
  }
  return {
    id,
    path,
    operator: inside,
    as,
    async session(userId) {
      const { token } = expectStatus(201, await operator.post('/v1/sessions', { organizationId: id, userId }))
      return token
    },
    async addMember(userId, role) {
      expectStatus(200, await operator.put(`${path}/members/${userId}`, { role }))
    },
    async addProject(projectId) {
      return expectStatus(201, await inside.post('/v1/projects', { id: projectId, name: projectId })).id
    },
    mint: (body = {}, userId = 'admin') => mintBy(as(userId), body),
    mintOwned: (role, body = {}) => mintBy(inside, { owner: 'organization', role, ...body }),
  }
}
