import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MintmarkError, SecretNotReplayedError } from './errors.ts'
import { Mintmark } from './mintmark.ts'
import { servingMintmark } from './testing/served-mintmark.ts'

const document = JSON.parse(readFileSync(new URL('../../server/openapi.json', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
}

/** What gateways, load balancers, people and clients of GraphQL call. */
const notForPrograms =
  /^(?:forwardAuth.*|getOpenApi|getReference|getGraphiql|getAsset|getHealth|getReadiness|getMetrics|graphql)$/

/** Which operation of openapi.json a request is. */
function operationOf(method: string, url: string): string {
  const parts = new URL(url).pathname.split('/')
  const found = Object.entries(document.paths)
    .filter(([path]) => {
      const own = path.split('/')
      return own.length === parts.length && own.every((part, index) => part.startsWith('{') || part === parts[index])
    })
    .toSorted(([one], [other]) => one.split('{').length - other.split('{').length)
  const [operations = {}] = found.map(([, item]) => item)
  return operations[method.toLowerCase()]?.operationId ?? `${method} ${url}`
}

/** Writes down what is called on its way. */
function recording(): { readonly fetch: typeof fetch; readonly called: Set<string> } {
  const called = new Set<string>()
  return {
    called,
    fetch(input, init) {
      const request = new Request(input, init)
      called.add(operationOf(request.method, request.url))
      return fetch(request)
    },
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}

describe.each(['problem', 'reason', 'error', 'envelope'] as const)('under a contract whose errors are %s', (errors) => {
  const serve = servingMintmark()

  test('every operation for programs can be called, and says what openapi.json says', { timeout: 60_000 }, async () => {
    const { called, fetch } = recording()
    const legacy = [{ pattern: '^old_[A-Za-z0-9]{30}$', hash: 'sha256-hex' }]
    const { operator, organization, url } = await serve({
      contract: { name: 'Example', errors, keys: { legacy } },
      fetch,
    })
    const acting = await organization({ roles: ['admin', 'member'] })
    const { id: organizationId } = await acting.organizations.own()
    const asAdmin = operator.actingIn(organizationId, 'admin')

    expect(await operator.me()).toMatchObject({ scope: 'installation' })
    expect(await operator.contract()).toMatchObject({ errors })
    await keysAreManaged(asAdmin, acting, operator)
    await projectsAreManaged(acting)
    await peopleAreManaged(operator, acting, organizationId)
    await webhooksAreManaged(acting)
    await tradesAreRead(acting, operator)

    const session = await operator.sessions.create({ organizationId, userId: 'admin' })
    const asSession = new Mintmark({ server: url, key: session.token, fetch })
    expect(await asSession.me()).toMatchObject({ userId: 'admin', organizationId })
    const { token } = await acting.users.invite({ email: 'new@example.com', role: 'member' })
    expect(
      await asSession.users.acceptInvitation({ token: token ?? '' }).catch((error: MintmarkError) => error.reason),
    ).toBe('conflict')
    await asSession.sessions.endCurrent()
    await expect(asSession.me()).rejects.toMatchObject({ reason: 'session_expired', status: 401 })

    await operator.organizations.delete(organizationId)
    await expect(operator.organizations.get(organizationId)).rejects.toMatchObject({ reason: 'not_found' })
    const wanted = Object.values(document.paths)
      .flatMap((item) => Object.values(item).map(({ operationId }) => operationId))
      .filter((operation) => !notForPrograms.test(operation))
    expect(wanted.filter((operation) => !called.has(operation))).toEqual([])
    expect([...called].filter((operation) => !wanted.includes(operation))).toEqual([])
  })

  test('errors tell their reason, the request and every mistake', async () => {
    const { organization, url } = await serve({ contract: { name: 'Example', errors } })
    const acting = await organization()
    await expect(acting.keys.get('key_none')).rejects.toMatchObject({
      name: 'MintmarkError',
      reason: 'not_found',
      status: 404,
      requestId: expect.stringMatching(/^[\w-]{10,}$/),
    })
    await expect(acting.keys.create({ name: '', permissions: [7 as never] })).rejects.toMatchObject({
      reason: 'invalid_request',
      faults: expect.arrayContaining([{ path: 'name', message: expect.any(String) }]),
    })
    const stranger = new Mintmark({ server: url, key: 'mk_live_nobody', maxRetries: 0 })
    await expect(stranger.me()).rejects.toMatchObject({ reason: 'invalid_key', status: 401 })
  })
})

async function keysAreManaged(asAdmin: Mintmark, acting: Mintmark, operator: Mintmark): Promise<void> {
  const minted = await asAdmin.keys.create({ name: 'ci', permissions: ['projects:read'], metadata: { team: 'a' } })
  const { id, key } = minted
  expect(minted).toMatchObject({ name: 'ci', owner: { type: 'member', userId: 'admin' }, status: 'active' })
  expect(await asAdmin.keys.creationLimits()).toMatchObject({ remaining: 49, activeKeys: 1 })
  expect(await operator.verify({ key, permission: 'projects:read' })).toMatchObject({ valid: true, key: { id } })
  expect(await asAdmin.keys.window(id)).toMatchObject({ limit: 600, windowSeconds: 60, remaining: 599 })
  const verdicts = await Promise.all([
    operator.verify({ key }),
    operator.verify({ key: `${key}x` }),
    operator.verify({ key, cost: 0 }),
  ])
  expect(verdicts.map(({ valid }) => valid)).toEqual([true, false, true])
  expect(await asAdmin.keys.update(id, { name: 'cd' })).toMatchObject({ name: 'cd' })
  const rotated = await asAdmin.keys.rotate(id)
  expect(rotated).toMatchObject({ id, name: 'cd' })
  expect(rotated.key).not.toBe(key)
  expect(rotated.secrets).toHaveLength(2)
  await asAdmin.keys.endSecret(id, rotated.secrets[0]?.id ?? '')
  expect(await operator.verify({ key })).toMatchObject({ valid: false, reason: 'key_revoked', status: 401 })
  expect(await asAdmin.keys.transfer(id, { owner: 'organization', role: 'member' })).toMatchObject({
    owner: { type: 'organization' },
  })
  expect(await acting.keys.get(id)).toMatchObject({ secrets: [{ id: rotated.secrets[1]?.id }] })
  expect(await acting.keys.revoke(id, { reason: 'unused' })).toMatchObject({
    status: 'revoked',
    revokedReason: 'unused',
  })
  const imported = await acting.keys.import([
    {
      hash: 'a'.repeat(64),
      hashedAs: 'sha256-hex',
      prefix: 'old_abc',
      name: 'old',
      owner: 'organization',
      role: 'member',
    },
  ])
  expect(imported).toMatchObject([{ outcome: 'imported' }])
  expect((await collect(acting.keys.list({ status: 'revoked' }))).map((listed) => listed.id)).toEqual([id])
  await acting.keys.delete(id)
  await expect(acting.keys.delete(id)).rejects.toMatchObject({ reason: 'not_found' })
}

async function projectsAreManaged(acting: Mintmark): Promise<void> {
  expect(await acting.projects.create({ id: 'web', name: 'Web' })).toMatchObject({ id: 'web', archivedAt: null })
  expect(await acting.projects.update('web', { name: 'Site' })).toMatchObject({ name: 'Site' })
  expect(await acting.projects.get('web')).toMatchObject({ name: 'Site' })
  expect(await acting.search('Site')).toMatchObject([{ type: 'project', id: 'web' }])
  expect(await collect(acting.projects.list())).toHaveLength(1)
  await acting.projects.delete('web')
}

async function peopleAreManaged(operator: Mintmark, acting: Mintmark, id: string): Promise<void> {
  expect(await operator.organizations.create({ name: 'Other' })).toMatchObject({ name: 'Other', status: 'active' })
  expect(await collect(operator.organizations.list())).toHaveLength(2)
  expect(await operator.organizations.update(id, { name: 'Acme' })).toMatchObject({ id, name: 'Acme' })
  expect(await acting.organizations.updateOwn({ name: 'Acme Ltd' })).toMatchObject({ id, name: 'Acme Ltd' })
  expect(await operator.members.sync(id, 'ann', { role: 'member', email: 'ann@example.com' })).toMatchObject({
    id: 'ann',
  })
  expect(await operator.members.get(id, 'ann')).toMatchObject({ role: 'member' })
  expect(await collect(operator.members.list(id))).toHaveLength(3)
  expect(await acting.users.update('ann', { role: 'admin' })).toMatchObject({ role: 'admin' })
  expect(await acting.users.get('ann')).toMatchObject({ role: 'admin' })
  expect(await collect(acting.users.list({ limit: 2 }))).toHaveLength(3)
  await acting.users.remove('ann', { keys: 'organization' })
  await operator.members.remove(id, 'member')
  const invited = await acting.users.invite({ email: 'bob@example.com', role: 'member' })
  expect(await collect(acting.users.invitations())).toHaveLength(1)
  await acting.users.withdrawInvitation(invited.id)
  const { id: operatorKeyId, key } = await operator.operatorKeys.create({ name: 'verifier', only: 'verify' })
  expect(key).toMatch(/^mmo_/)
  expect(await collect(operator.operatorKeys.list())).toHaveLength(2)
  expect(await operator.operatorKeys.revoke(operatorKeyId)).toMatchObject({ status: 'revoked' })
}

async function webhooksAreManaged(acting: Mintmark): Promise<void> {
  const { id, secret } = await acting.webhooks.create({ url: 'http://127.0.0.1:9/hooks', events: ['*'] })
  expect(secret).toMatch(/^whsec_/)
  expect(await acting.webhooks.update(id, { status: 'disabled' })).toMatchObject({ status: 'disabled' })
  expect(await acting.webhooks.update(id, { status: 'enabled' })).toMatchObject({ status: 'enabled' })
  expect(await acting.webhooks.get(id)).toMatchObject({ url: 'http://127.0.0.1:9/hooks' })
  expect(await collect(acting.webhooks.list())).toHaveLength(1)
  const sent = await acting.webhooks.test(id)
  expect((await collect(acting.webhooks.deliveries(id))).map((delivery) => delivery.id)).toContain(sent.id)
  const again = await acting.webhooks.resend(id, sent.id)
  expect(again).toMatchObject({ eventId: sent.eventId })
  expect((await acting.webhooks.rotateSecret(id)).secret).not.toBe(secret)
  await acting.webhooks.delete(id)
}

async function tradesAreRead(acting: Mintmark, operator: Mintmark): Promise<void> {
  expect(await acting.usage.get({ bucket: 'hour' })).toMatchObject({ totals: { accepted: expect.any(Number) } })
  expect(await acting.usage.topKeys({ bucket: 'hour', limit: 1 })).toEqual(expect.any(Array))
  const events = await collect(acting.audit.list({ action: 'project.created' }))
  expect(events).toMatchObject([{ action: 'project.created', target: { type: 'project', id: 'web' } }])
  expect(await acting.audit.check()).toMatchObject({ whole: true })
  expect((await operator.audit.head()).sequence).toBeGreaterThan(0)
}

describe('a list', () => {
  const serve = servingMintmark()

  test('is read page by page, as far as it is wanted', async () => {
    const { called: _, ...recorder } = recording()
    let reads = 0
    const { organization } = await serve({ fetch: (input, init) => (reads++, recorder.fetch(input, init)) })
    const acting = await organization()
    for (let index = 0; index < 12; index++) await acting.projects.create({ id: `p${index}`, name: `p${index}` })
    reads = 0
    const projects = acting.projects.list({ limit: 5 })
    expect(reads).toBe(0)
    expect(new Set((await collect(projects)).map(({ id }) => id)).size).toBe(12)
    expect(reads).toBe(3)
    for await (const project of projects) {
      expect(project.id).toMatch(/^p/)
      break
    }
    expect(reads).toBe(4)
    const first = await projects.page()
    const second = await projects.page(first.nextCursor)
    expect([first.data.length, second.data.length]).toEqual([5, 5])
    expect(second.data[0]?.id).not.toBe(first.data[0]?.id)
  })
})

describe('an answer that was lost', () => {
  const serve = servingMintmark()

  /** A way to the server that does the next request of this kind, and loses its answer. */
  function losing(): { readonly fetch: typeof fetch; lose(path: RegExp): void } {
    let wanted: RegExp | null = null
    return {
      lose: (path) => (wanted = path),
      async fetch(input, init) {
        const request = new Request(input, init)
        const answer = await fetch(request)
        if (wanted === null || !wanted.test(`${request.method} ${new URL(request.url).pathname}`)) return answer
        wanted = null
        throw new TypeError('The answer is lost.')
      },
    }
  }

  test('of a mint: the key is named, and a rotation gives it a secret without another mint', async () => {
    const link = losing()
    const { organization, operator } = await serve({ fetch: link.fetch })
    const { id: organizationId } = await (await organization()).organizations.own()
    const asAdmin = operator.actingIn(organizationId, 'admin')
    link.lose(/^POST \/v1\/api-keys$/)
    const error = await asAdmin.keys.create({ name: 'ci' }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(SecretNotReplayedError)
    expect(error).toBeInstanceOf(MintmarkError)
    const { keyId, resource, reason, status } = error as SecretNotReplayedError
    expect([reason, status]).toEqual(['conflict', 409])
    expect(resource).toMatchObject({ id: keyId, name: 'ci', key: null })
    const { key } = await asAdmin.keys.rotate(keyId ?? '', { overlapSeconds: 0 })
    expect(await operator.verify({ key })).toMatchObject({ valid: true, key: { id: keyId } })
    expect(await asAdmin.keys.creationLimits()).toMatchObject({ remaining: 49, activeKeys: 1 })
  })

  test('of anything else with a secret: that is told as well', async () => {
    const link = losing()
    const { organization, operator } = await serve({ fetch: link.fetch })
    const acting = await organization()
    const { id: organizationId } = await acting.organizations.own()
    const { id } = await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin' })
    const calls: readonly (readonly [RegExp, () => Promise<unknown>, object])[] = [
      [/rotate$/, () => acting.keys.rotate(id), { keyId: id }],
      [
        /webhooks$/,
        () => acting.webhooks.create({ url: 'http://127.0.0.1:9/', events: ['*'] }),
        { keyId: null, resource: { id: expect.stringMatching(/^whk_/) } },
      ],
      [/operator-keys$/, () => operator.operatorKeys.create({ name: 'x' }), { keyId: expect.stringMatching(/^key_/) }],
      [/sessions$/, () => operator.sessions.create({ organizationId, userId: 'admin' }), { keyId: null }],
    ]
    for (const [path, call, expected] of calls) {
      link.lose(path)
      await expect(call()).rejects.toMatchObject({ name: 'SecretNotReplayedError', ...expected })
    }
  })

  test('of what has no secret: it is simply done, once', async () => {
    const link = losing()
    const { organization } = await serve({ fetch: link.fetch })
    const acting = await organization()
    link.lose(/^POST \/v1\/projects$/)
    expect(await acting.projects.create({ name: 'Web' })).toMatchObject({ name: 'Web' })
    expect(await collect(acting.projects.list())).toHaveLength(1)
    const { id } = await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin' })
    link.lose(/^DELETE/)
    await expect(acting.keys.delete(id)).resolves.toBeUndefined()
  })
})

describe('a client that may only verify', () => {
  const serve = servingMintmark()

  test('verifies, with a contract that it is given or without', async () => {
    const { operator, organization, url, engine } = await serve()
    const acting = await organization()
    const { key } = await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin' })
    const { key: onlyVerify } = await operator.operatorKeys.create({ name: 'guard', only: 'verify' })
    const ignorant = new Mintmark({ server: url, key: onlyVerify })
    expect((await ignorant.verify({ key })).valid).toBe(true)
    expect((await ignorant.verify({ key: 'nonsense' })).reason).toBe('invalid_key')
    expect(await ignorant.contract()).toEqual(engine.contract)
    await expect(ignorant.organizations.create({ name: 'x' })).rejects.toMatchObject({ reason: 'forbidden' })
    const told = new Mintmark({ server: url, key: onlyVerify, contract: engine.contract })
    expect(await told.contract()).toBe(engine.contract)
    expect((await told.verify({ key })).valid).toBe(true)
  })
})
