import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal } from '../../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type TestOrganization,
} from '../../testing/in-process.ts'

const limited = (minting: object, more: object = {}) => ({ contract: { name: 'A', minting, ...more } })

const limits = async (acme: TestOrganization, userId = 'admin') =>
  expectStatus(200, await acme.as(userId).get('/v1/api-keys/creation-limits'))

describeOnBothStorages('creation limits', (open) => {
  let builtIn: InProcess
  let daily: InProcess
  let active: InProcess

  beforeAll(async () => {
    builtIn = await open()
    daily = await open(limited({ perMemberPerDay: 2 }))
    active = await open(limited({ activePerMember: 2 }))
  })

  test('of the built-in contract: 50 in any 24 hours, 500 active, and a window that nothing was spent from', async () => {
    const acme = await builtIn.organization()
    expect(await limits(acme)).toEqual({ remaining: 50, limit: 50, resetAt: null, activeKeys: 0, maxActiveKeys: 500 })
  })

  test('a mint spends one, for its member in its organization alone', async () => {
    const [acme, globex] = [await daily.organization(), await daily.organization()]
    const { createdAt } = (await acme.as('admin').post('/v1/api-keys', { name: 'x' })).body
    const resetAt = new Date(Date.parse(createdAt) + 86_400_000).toISOString()
    expect(await limits(acme)).toEqual({ remaining: 1, limit: 2, resetAt, activeKeys: 1, maxActiveKeys: 500 })
    expect(await limits(acme, 'engineer')).toMatchObject({ remaining: 2, activeKeys: 0 })
    expect(await limits(globex)).toMatchObject({ remaining: 2, activeKeys: 0 })
  })

  test('the mint beyond the day’s: 429, when the next is possible, and Retry-After', async () => {
    const acme = await daily.organization()
    await acme.mint()
    const resetAt = (await limits(acme)).resetAt
    await acme.mint()
    const refused = await acme.as('admin').post('/v1/api-keys', { name: 'x' })
    const second = `${new Date(Math.ceil(Date.parse(resetAt) / 1000) * 1000).toISOString().slice(0, 19)}Z`
    expect(refusal(refused)).toEqual([
      429,
      'creation_limit',
      `You can create 2 keys in 24 hours. The next one can be created at ${second}.`,
    ])
    expect(refused.body.resetAt).toBe(new Date(second).toISOString())
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(86_000)
    expect(await limits(acme)).toMatchObject({ remaining: 0, resetAt })
  })

  test('deleting or revoking a key gives no mint back', async () => {
    const acme = await daily.organization()
    for (const { path } of [await acme.mint(), await acme.mint()]) await acme.as('admin').delete(path)
    expect(await limits(acme)).toMatchObject({ remaining: 0, activeKeys: 0 })
    expect(reason(await acme.as('admin').post('/v1/api-keys', { name: 'x' }))).toEqual([429, 'creation_limit'])
  })

  test('a mint that is refused spends nothing', async () => {
    const acme = await daily.organization()
    await acme.as('admin').post('/v1/api-keys', { name: '' })
    await acme.as('admin').post('/v1/api-keys', { name: 'x', scope: 'project', projectId: 'absent' })
    await acme.as('engineer').post('/v1/api-keys', { name: 'x' })
    expect(await limits(acme)).toMatchObject({ remaining: 2 })
    expect(await limits(acme, 'engineer')).toMatchObject({ remaining: 2 })
  })

  test('the active key beyond the limit: 409, and a revoked or deleted one makes room', async () => {
    const acme = await active.organization()
    const [one, other] = [await acme.mint(), await acme.mint()]
    const mint = async () => acme.as('admin').post('/v1/api-keys', { name: 'x' })
    expect(refusal(await mint())).toEqual([
      409,
      'active_key_limit',
      'You already have 2 active keys. Revoke or delete one first.',
    ])
    await acme.as('admin').post(`${one.path}/revoke`)
    expect((await mint()).status).toBe(201)
    await acme.as('admin').delete(other.path)
    expect((await mint()).status).toBe(201)
    expect((await mint()).status).toBe(409)
    expect(await limits(acme)).toMatchObject({ activeKeys: 2, maxActiveKeys: 2 })
  })

  test('organization-owned keys count for who minted them, the operator’s for nobody', async () => {
    const acme = await active.organization()
    for (let turn = 0; turn < 4; turn += 1) await acme.mintOwned('member')
    expect(await limits(acme)).toMatchObject({ remaining: 50, activeKeys: 0 })
    await acme.mint({ owner: 'organization', role: 'member' })
    expect(await limits(acme)).toMatchObject({ remaining: 49, activeKeys: 1 })
    await acme.mint()
    expect(reason(await acme.as('admin').post('/v1/api-keys', { name: 'x' }))).toEqual([409, 'active_key_limit'])
  })

  test('are those of the calling member: an operator has none, a key its owner’s', async () => {
    const acme = await builtIn.organization()
    expect(reason(await acme.operator.get('/v1/api-keys/creation-limits'))).toEqual([400, 'invalid_request'])
    const mine = await acme.mint()
    expect((await builtIn.client(mine.key).get('/v1/api-keys/creation-limits')).body).toMatchObject({ remaining: 49 })
    const ours = await acme.mintOwned('admin')
    expect(reason(await builtIn.client(ours.key).get('/v1/api-keys/creation-limits'))).toEqual([403, 'forbidden'])
    expect(await limits(acme, 'member')).toMatchObject({ remaining: 50 })
  })
})

describe('contracts that count otherwise', () => {
  const open = openingInProcess()

  test('where the contract counts revoked keys as active, only deleting makes room', async () => {
    const acme = await (await open(limited({ activePerMember: 1, revokedCountAsActive: true }))).organization()
    const { path } = await acme.mint()
    await acme.as('admin').post(`${path}/revoke`)
    expect(reason(await acme.as('admin').post('/v1/api-keys', { name: 'x' }))).toEqual([409, 'active_key_limit'])
    await acme.as('admin').delete(path)
    expect((await acme.as('admin').post('/v1/api-keys', { name: 'x' })).status).toBe(201)
  })

  test('the day comes before the number of active keys', async () => {
    const acme = await (await open(limited({ perMemberPerDay: 1, activePerMember: 1 }))).organization()
    await acme.mint()
    expect(reason(await acme.as('admin').post('/v1/api-keys', { name: 'x' }))).toEqual([429, 'creation_limit'])
  })
})

describe('24 hours', () => {
  const open = openingInProcess()
  const pass = usingTime()
  const day = 86_400_000

  test('slide: each mint comes back 24 hours after it was made, at that very instant', async () => {
    pass(0)
    const mintmark: InProcess = await open(limited({ perMemberPerDay: 2 }))
    const acme = await mintmark.organization()
    const start = Date.now()
    await acme.mint()
    pass(day / 2)
    await acme.mint()
    const status = async () => (await acme.as('admin').post('/v1/api-keys', { name: 'x' })).status
    pass(day / 2 - 1)
    expect(await status()).toBe(429)
    expect((await limits(acme)).resetAt).toBe(new Date(start + day).toISOString())
    pass(1)
    expect(await limits(acme)).toMatchObject({ remaining: 1, resetAt: new Date(start + 1.5 * day).toISOString() })
    expect(await status()).toBe(201)
    expect(await status()).toBe(429)
  })

  test('an expired key makes room among the active ones', async () => {
    pass(0)
    const acme = await (await open(limited({ activePerMember: 1 }))).organization()
    await acme.mint({ expiresAt: new Date(Date.now() + 1000).toISOString() })
    expect((await acme.as('admin').post('/v1/api-keys', { name: 'x' })).status).toBe(409)
    pass(1000)
    expect(await limits(acme)).toMatchObject({ activeKeys: 0 })
    expect((await acme.as('admin').post('/v1/api-keys', { name: 'x' })).status).toBe(201)
  })

  test('the contract’s own sentence for either, with its placeholders', async () => {
    const messages = {
      creation_limit: 'Nur {limit} am Tag, wieder um {resetAt}, in {retryAfterSeconds} s.',
      active_key_limit: 'Mehr als {maxActiveKeys} gibt es nicht.',
    }
    pass(0)
    const daily = await (await open(limited({ perMemberPerDay: 1 }, { messages }))).organization()
    await daily.mint()
    expect((await daily.as('admin').post('/v1/api-keys', { name: 'x' })).body.message).toMatch(
      /^Nur 1 am Tag, wieder um \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, in 86400 s\.$/,
    )
    const active = await (await open(limited({ activePerMember: 1 }, { messages }))).organization()
    await active.mint()
    expect((await active.as('admin').post('/v1/api-keys', { name: 'x' })).body.message).toBe(
      'Mehr als 1 gibt es nicht.',
    )
  })
})
