import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from './testing/client.ts'
import { contractEnv } from './testing/contract-file.ts'
import type { Installation } from './testing/installation.ts'
import { createMintingOrganization, type Minter, type MintingOrganization } from './testing/minter.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { describeOnEveryStorage, type StorageKind } from './testing/storages.ts'
import { inParallel, tally } from './testing/tally.ts'

const rounds = count(1, 20)
const patientMs = 60_000 * rounds
const dayMs = 24 * 60 * 60 * 1000

describeOnEveryStorage((storage) => {
  describe('50 keys a day', () => {
    describeDailyLimit(storage)
  })
  describe('500 active keys', () => {
    describeActiveLimit(storage)
  })
})

function describeDailyLimit(storage: StorageKind): void {
  let installation: Installation
  let organization: MintingOrganization

  beforeAll(async () => {
    installation = await storage.start()
    organization = await createMintingOrganization(installation)
  })

  afterAll(() => installation.remove())

  test(`are exactly 50 of 200 parallel mints, ${rounds} times`, { timeout: patientMs }, async () => {
    for (let round = 0; round < rounds; round++) {
      const minter = await organization.admit()
      const answers = await inParallel(200, (turn) => minter.mint(turn))
      expect(tally(answers)).toEqual({ '201': 50, '429 creation_limit': 150 })
      const minted = answers.filter((answer) => answer.status === 201)
      const resetAtMs = Math.min(...minted.map(({ body }) => Date.parse(body.createdAt))) + dayMs
      await expectSpentDay(minter, resetAtMs, { activeKeys: 50 })
      await deleteAndRevoke(minter, minted)
      await expectSpentDay(minter, resetAtMs, { activeKeys: 48 })
    }
  })

  test('count organization-owned ones for who minted them, and the operator’s for nobody', async () => {
    const minter = await organization.admit()
    const body = { name: 'of the organization', owner: 'organization', role: 'member' }
    await minter.minted(body)
    await minter.minted()
    expect(await minter.creationLimits()).toMatchObject({ remaining: 48, activeKeys: 2 })
    const byOperator = await inParallel(60, (turn) => organization.operator.mint(turn, { body }))
    expect(tally(byOperator)).toEqual({ '201': 60 })
    expect(await minter.creationLimits()).toMatchObject({ remaining: 48, activeKeys: 2 })
  })

  test('are spent neither by rotating, nor by transferring, nor by a mint that is refused', async () => {
    const [minter, heir] = [await organization.admit(), await organization.admit()]
    const { id } = await minter.minted()
    const refused = [
      await minter.mint(0, { body: { name: '' } }),
      await minter.mint(1, { body: { name: 'x', permissions: ['no:such'] } }),
      await minter.mint(0, { body: { name: 'x', scope: 'project', projectId: 'none' } }),
    ]
    expect(refused.map((answer) => answer.status)).toEqual([400, 400, 404])
    for (let turn = 0; turn < 3; turn++) {
      expect((await minter.request(turn, 'POST', `/v1/api-keys/${id}/rotate`, { body: {} })).status).toBe(201)
    }
    const body = { userId: heir.userId }
    expect((await minter.request(0, 'POST', `/v1/api-keys/${id}/transfer`, { body })).status).toBe(200)
    expect(await minter.creationLimits()).toMatchObject({ remaining: 49, activeKeys: 0 })
    expect(await heir.creationLimits()).toMatchObject({ remaining: 50, resetAt: null, activeKeys: 1 })
  })
}

/** By both places that tell: the limits’ own endpoint, and the refusal. */
async function expectSpentDay(minter: Minter, resetAtMs: number, expected: { activeKeys: number }): Promise<void> {
  const resetAt = new Date(resetAtMs).toISOString()
  const limits = { remaining: 0, limit: 50, resetAt, ...expected, maxActiveKeys: 500 }
  expect(await minter.creationLimits()).toEqual(limits)
  const askedMs = Date.now()
  const refused = await minter.mint(1)
  expect(refused.body).toMatchObject({ status: 429, reason: 'creation_limit' })
  expect(Date.parse(refused.body.resetAt)).toBe(Math.ceil(resetAtMs / 1000) * 1000)
  const retryAfterSeconds = Number(refused.headers.get('retry-after'))
  expect(retryAfterSeconds).toBeLessThanOrEqual(Math.ceil((resetAtMs - askedMs) / 1000))
  expect(retryAfterSeconds).toBeGreaterThanOrEqual(Math.ceil((resetAtMs - Date.now()) / 1000))
}

async function deleteAndRevoke(minter: Minter, minted: readonly Answer[]): Promise<void> {
  const [first, second] = minted.map(({ body }) => `/v1/api-keys/${body.id}`)
  expect((await minter.request(0, 'DELETE', first ?? '')).status).toBe(204)
  expect((await minter.request(1, 'POST', `${second}/revoke`, { body: {} })).status).toBe(200)
}

function describeActiveLimit(storage: StorageKind): void {
  let installation: Installation
  let organization: MintingOrganization
  let minter: Minter
  let donor: Minter

  beforeAll(async () => {
    installation = await storage.start(contractEnv({ minting: { perMemberPerDay: 10_000 } }))
    organization = await createMintingOrganization(installation)
    minter = await organization.admit()
    for (let batch = 0; batch < 9; batch++) {
      expect(tally(await inParallel(50, (turn) => minter.mint(turn)))).toEqual({ '201': 50 })
    }
  }, 120_000)

  afterAll(() => installation.remove())

  test(`are exactly 500 after 200 parallel mints, ${rounds} times`, { timeout: patientMs }, async () => {
    for (let round = 0; round < rounds; round++) {
      const answers = await inParallel(200, (turn) => minter.mint(turn))
      expect(tally(answers)).toEqual({ '201': 50, '409 active_key_limit': 150 })
      expect(await minter.creationLimits()).toMatchObject({ activeKeys: 500, maxActiveKeys: 500 })
      expect(await activeKeyIds(minter)).toHaveLength(500)
      await free(minter, 50)
    }
  })

  test(
    `are exactly 500 after mints, transfers and a hand-over at once, ${rounds} times`,
    { timeout: patientMs },
    async () => {
      for (let round = 0; round < rounds; round++) {
        const { activeKeys: before } = await minter.creationLimits()
        const [given, leaver] = [await donorOf(30), await donorOf(10)]
        const removal = `/v1/organizations/${organization.id}/members/${leaver.minter.userId}?keys=${minter.userId}`
        const [minted, transferred, removed] = await Promise.all([
          inParallel(60, (turn) => minter.mint(turn)),
          inParallel(30, (turn) => transfer(given.minter, turn, given.ids[turn], { userId: minter.userId })),
          organization.operator.request(round, 'DELETE', removal),
        ])
        expect(removed.status === 204 || removed.body.reason === 'active_key_limit').toBe(true)
        const refused = [...minted, ...transferred].filter((answer) => answer.status >= 300)
        expect(tally(refused)).toEqual({ '409 active_key_limit': refused.length })
        expect(before + 90 - refused.length + (removed.status === 204 ? 10 : 0)).toBe(500)
        expect(await activeKeyIds(minter)).toHaveLength(500)
        await free(minter, 50)
      }
    },
  )

  describe('once they are 500', () => {
    beforeAll(async () => {
      await inParallel(60, (turn) => minter.mint(turn))
      donor = await organization.admit()
    })

    test('nothing that counts for the member adds one: mint, transfer, hand-over', async () => {
      const { id } = await donor.minted()
      const full = { '409 active_key_limit': 1 }
      expect(tally([await minter.mint(0)])).toEqual(full)
      expect(tally([await minter.mint(1, { body: { name: 'x', owner: 'organization', role: 'member' } })])).toEqual(
        full,
      )
      expect(tally([await transfer(donor, 0, id, { userId: minter.userId })])).toEqual(full)
      const path = `/v1/organizations/${organization.id}/members/${donor.userId}`
      expect(tally([await organization.operator.request(0, 'DELETE', `${path}?keys=${minter.userId}`)])).toEqual(full)
      expect(await minter.creationLimits()).toMatchObject({ activeKeys: 500 })
    })

    test('nor what comes back to who minted it, when its owner leaves or gives it to the organization', async () => {
      const [id] = await activeKeyIds(minter)
      expect((await transfer(minter, 0, id, { userId: donor.userId })).status).toBe(200)
      await minter.minted()
      const full = { '409 active_key_limit': 1 }
      expect(tally([await transfer(donor, 1, id, { owner: 'organization', role: 'member' })])).toEqual(full)
      const path = `/v1/organizations/${organization.id}/members/${donor.userId}?keys=organization`
      expect(tally([await organization.operator.request(0, 'DELETE', path)])).toEqual(full)
      expect(await minter.creationLimits()).toMatchObject({ activeKeys: 500 })
    })

    test('one that is given away, or expires, makes room for one', async () => {
      const [first, second] = await activeKeyIds(minter)
      expect((await transfer(minter, 0, first, { userId: donor.userId })).status).toBe(200)
      expect(tally([await minter.mint(0), await minter.mint(1)])).toEqual({ '201': 1, '409 active_key_limit': 1 })
      const body = { expiresAt: new Date(Date.now() + 1_500).toISOString() }
      expect((await minter.request(0, 'PATCH', `/v1/api-keys/${second}`, { body })).status).toBe(200)
      await expect
        .poll(async () => (await minter.request(0, 'GET', `/v1/api-keys/${second}`)).body.status, { timeout: 20_000 })
        .toBe('expired')
      expect(tally([await minter.mint(0), await minter.mint(1)])).toEqual({ '201': 1, '409 active_key_limit': 1 })
    })
  })

  async function donorOf(keys: number): Promise<{ minter: Minter; ids: readonly string[] }> {
    const giver = await organization.admit()
    const answers = await inParallel(keys, (turn) => giver.mint(turn))
    expect(tally(answers)).toEqual({ '201': keys })
    return { minter: giver, ids: answers.map(({ body }) => body.id) }
  }
}

async function transfer(by: Minter, turn: number, id: string | undefined, body: object): Promise<Answer> {
  return by.request(turn, 'POST', `/v1/api-keys/${id}/transfer`, { body })
}

/** Ends that many: one half is revoked, the other deleted. */
async function free(minter: Minter, keys: number): Promise<void> {
  const ids = (await activeKeyIds(minter)).slice(0, keys)
  const answers = await inParallel(keys, (turn) => {
    const path = `/v1/api-keys/${ids[turn]}`
    return turn % 2 === 0
      ? minter.request(turn, 'DELETE', path)
      : minter.request(turn, 'POST', `${path}/revoke`, { body: {} })
  })
  expect(tally(answers)).toEqual({ '200': keys / 2, '204': keys / 2 })
}

async function activeKeyIds(minter: Minter): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const after: string = cursor === null ? '' : `&cursor=${cursor}`
    const { body } = await minter.request(ids.length, 'GET', `/v1/api-keys?status=active&limit=100${after}`)
    for (const key of body.data) if (key.owner.userId === minter.userId) ids.push(key.id)
    cursor = body.nextCursor
  } while (cursor !== null)
  return ids
}
