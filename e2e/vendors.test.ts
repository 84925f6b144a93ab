import { describe, expect, test } from 'vitest'
import { vendorContracts } from '../packages/core/src/testing/vendor-contracts.ts'
import { expectStatus, type Answer } from '../packages/server/src/testing/http-client.ts'
import { openingInProcess, usingTime, type TestOrganization } from '../packages/server/src/testing/in-process.ts'

/** Status and body to the byte: what a client of theirs has been written against. */
const said = ({ status, text }: Answer): readonly [number, string] => [status, text]
const revoke = ({ operator }: TestOrganization, path: string) => operator.post(`${path}/revoke`, {})

describe('what the documents of four vendors promise of errors is said to the letter', () => {
  const open = openingInProcess()
  const letTimePass = usingTime()

  test('AlfaOne: one sentence each, behind a gateway and here', async () => {
    letTimePass(0)
    const mintmark = await open({ contract: vendorContracts.alfaone })
    const acme = await mintmark.organization()
    const expiresAt = new Date(Date.now() + 1000).toISOString()
    const [revoked, expired, spent] = [
      await acme.mint(),
      await acme.mint({ expiresAt }),
      await acme.mintOwned('admin', { rateLimit: { limit: 1, windowSeconds: 60 } }),
    ]
    await revoke(acme, revoked.path)
    letTimePass(1000)
    for (const path of ['/v1/forward-auth', '/v1/me']) {
      const ask = async (key: string) =>
        said(await mintmark.client(null).get(path, key === '' ? {} : { 'x-api-key': key }))
      expect(await ask('')).toEqual([401, '{"error":"API key is required"}'])
      expect(await ask('ak_live_unknown')).toEqual([401, '{"error":"Invalid API key"}'])
      expect(await ask(expired.key)).toEqual([401, '{"error":"API key has expired"}'])
      expect(await ask(revoked.key)).toEqual([401, '{"error":"API key has been revoked"}'])
      await mintmark.client(spent.key).get('/v1/me')
      expect(await ask(spent.key)).toEqual([429, '{"error":"Rate limit exceeded. Please try again later."}'])
    }
    // At the vendor's own endpoints the one header is the only one.
    const bearer = await mintmark.client((await acme.mint()).key).get('/v1/forward-auth')
    expect(said(bearer)).toEqual([401, '{"error":"API key is required"}'])
  })

  test('AlfaOne: 100 a minute, or 1000', async () => {
    const mintmark = await open({ contract: vendorContracts.alfaone })
    const acme = await mintmark.organization()
    const { key } = await acme.mint()
    const limit = async () => (await mintmark.client(key).get('/v1/me')).headers.get('x-ratelimit-limit')
    expect(await limit()).toBe('100')
    expectStatus(200, await mintmark.operator.patch(acme.path, { tier: 'enterprise' }))
    expect(await limit()).toBe('1000')
  })

  test('Align: reason and message', async () => {
    const mintmark = await open({ contract: vendorContracts.align })
    const acme = await mintmark.organization()
    await acme.addProject('web')
    await acme.addProject('shop')
    const [key, revoked, inProject] = [
      (await acme.mint({}, 'admin')).key,
      await acme.mint(),
      (await acme.mint({ scope: 'project', projectId: 'web' })).key,
    ]
    await revoke(acme, revoked.path)
    await acme.addMember('admin-2', 'admin')
    await acme.addMember('admin', 'member')
    const client = mintmark.client(key)
    const denied = await client.get('/v1/forward-auth?permission=write:time_entry')
    expect(said(denied)).toEqual([403, '{"reason":"forbidden","message":"Missing write:time_entry permission."}'])
    const reasons = async (answer: Promise<Answer>) => {
      const { status, body } = await answer
      return [status, Object.keys(body), body.reason]
    }
    const fields = ['reason', 'message']
    expect(await reasons(mintmark.client(null).get('/v1/me'))).toEqual([401, fields, 'missing_key'])
    expect(await reasons(mintmark.client('ako_x').get('/v1/me'))).toEqual([401, fields, 'invalid_key'])
    expect(await reasons(mintmark.client(revoked.key).get('/v1/me'))).toEqual([401, fields, 'key_revoked'])
    const project = mintmark.client(inProject)
    expect(await reasons(project.get('/v1/projects/shop'))).toEqual([403, fields, 'scope_violation'])
    expect(await reasons(project.get('/v1/users'))).toEqual([403, fields, 'scope_violation'])
    expect(await reasons(client.get('/v1/projects/none'))).toEqual([404, fields, 'not_found'])
  })

  test('Align: ako_ and eight characters, 600 a minute, and limits on every answer to the 601st and beyond', async () => {
    const mintmark = await open({ contract: vendorContracts.align })
    const { key, prefix } = await (await mintmark.organization()).mint()
    expect(prefix).toMatch(/^ako_[0-9A-Za-z]{8}$/)
    const client = mintmark.client(key)
    const paths = ['/v1/me', '/v1/nothing', '/v1/projects/none']
    const answers = []
    for (let turn = 0; turn < 601; turn += 1) answers.push(await client.get(paths[turn % 3] ?? ''))
    answers.forEach(({ headers }, turn) => {
      expect(headers.get('x-ratelimit-limit')).toBe('600')
      expect(headers.get('x-ratelimit-remaining')).toBe(`${Math.max(0, 599 - turn)}`)
      expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(0)
    })
    const last = answers.at(-1)
    expect([last?.status, last?.body.reason]).toEqual([429, 'rate_limit'])
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  })

  test('Alternate Futures: 50 in 24 hours, with the time of the next, in UTC to the second', async () => {
    letTimePass(0)
    const mintmark = await open({ contract: vendorContracts.alternateFutures })
    const acme = await mintmark.organization()
    const { key, prefix } = await acme.mint()
    expect(key).toMatch(/^af_live_[0-9A-Za-z]{32}$/)
    expect(prefix).toHaveLength('af_live_'.length + 4)
    for (let minted = 1; minted < 50; minted += 1) await acme.mint()
    const resetAt = `${new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000).toISOString().slice(0, 19)}Z`
    const answer = await acme.as('admin').post('/v1/api-keys', { name: 'x' })
    const sentence = `Rate limit exceeded. You can only create 50 API keys per day. Limit resets at ${resetAt}`
    expect(said(answer)).toEqual([429, `{"error":"${sentence}"}`])
  })

  test('Alternate Futures: as many active keys as may be, revoked ones too until they are deleted', async () => {
    const { minting } = vendorContracts.alternateFutures
    const contract = { ...vendorContracts.alternateFutures, minting: { ...minting, activePerMember: 2 } }
    const acme = await (await open({ contract })).organization()
    const [first] = [await acme.mint(), await acme.mint()]
    await revoke(acme, first.path)
    const mint = () => acme.as('admin').post('/v1/api-keys', { name: 'x' })
    expect(said(await mint())).toEqual([
      409,
      '{"error":"Maximum active API keys limit reached. You can have up to 2 active keys. Please delete unused keys before creating new ones."}',
    ])
    expect((await acme.operator.delete(first.path)).status).toBe(204)
    expect((await mint()).status).toBe(201)
  })

  test('Aether365: an envelope around everything, keys that manage keys, never billing', async () => {
    const mintmark = await open({ contract: vendorContracts.aether365 })
    const acme = await mintmark.operator.post('/v1/organizations', { id: 'acme', name: 'Acme' })
    expect(acme.status).toBe(201)
    const put = (role: string) => mintmark.operator.put(`/v1/organizations/acme/members/${role}`, { role })
    expectStatus(200, await put('admin'))
    const admin = mintmark.operator.with({ 'mintmark-organization': 'acme', 'mintmark-user': 'admin' })
    const minted = expectStatus(201, await admin.post('/v1/api-keys', { name: 'first' }))
    expect(Object.keys(minted)).toEqual(['success', 'data'])
    expect(minted.data.key).toMatch(/^ae_live_[0-9A-Za-z]{38}$/)
    expect(minted.data.prefix).toHaveLength(12)
    const client = mintmark.client(minted.data.key)
    const second = expectStatus(201, await client.post('/v1/api-keys', { name: 'second' })).data
    const listed = expectStatus(200, await client.get('/v1/api-keys?status=active'))
    expect(listed.success).toBe(true)
    expect(listed.data.data.map(({ name }: { name: string }) => name)).toEqual(['second', 'first'])
    expect(said(await client.delete(`/v1/api-keys/${second.id}`))).toEqual([200, '{"success":true,"data":null}'])
    const gone = await mintmark.client(second.key).get('/v1/me')
    expect([gone.status, gone.body.success, gone.body.error.reason]).toEqual([401, false, 'invalid_key'])
    const billing = await client.get('/v1/forward-auth?permission=billing:write')
    expect(said(billing)).toEqual([
      403,
      '{"success":false,"error":{"reason":"forbidden","message":"Keys cannot be used for billing:write."}}',
    ])
    expect(billing.headers.get('x-ratelimit-limit')).toBe('120')
    // A key in the header that they do not read is told of the one that they do.
    const elsewhere = await mintmark.client(null).get('/v1/forward-auth', { 'x-api-key': minted.data.key })
    expect([elsewhere.status, elsewhere.body.error]).toEqual([
      401,
      { reason: 'missing_key', message: 'No credential was sent. Use Authorization: Bearer <key>.' },
    ])
  })
})
