import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from './testing/client.ts'
import type { Installation } from './testing/installation.ts'
import { createMintingOrganization, type Minter, type MintingOrganization } from './testing/minter.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { describeOnEveryStorage, type StorageKind } from './testing/storages.ts'
import { inParallel, tally } from './testing/tally.ts'

const duplicates = count(50, 1_000)
const lostAnswers = count(6, 120)
const patientMs = 120_000
const headers = { 'idempotency-key': 'the same' }

describeOnEveryStorage(describeIdempotency)

function describeIdempotency(storage: StorageKind): void {
  let installation: Installation
  let organization: MintingOrganization

  beforeAll(async () => {
    installation = await storage.start()
    organization = await createMintingOrganization(installation)
  })

  afterAll(() => installation.remove())

  test(`${duplicates} parallel duplicates of a mint make one key`, { timeout: patientMs }, async () => {
    const minter = await organization.admit()
    const answers = await inParallel(duplicates, (turn) => minter.mint(turn, { headers }))
    const { '201': minted, '201 replayed': replayed = 0, '409 conflict': inFlight = 0, ...others } = tally(answers)
    expect({ minted, others, all: 1 + replayed + inFlight }).toEqual({ minted: 1, others: {}, all: duplicates })
    answers.push(await minter.mint(1, { headers }))
    expect(tally(answers.slice(-1))).toEqual({ '201 replayed': 1 })
    expect(await keyIdsOf(minter)).toEqual([answers.at(-1)?.body.id])
    for (const answer of answers) if (answer.status === 201) expectSecretOnlyOnce(answer, answers.at(-1)?.body.id)
    expect(await minter.creationLimits()).toMatchObject({ remaining: 49, activeKeys: 1 })
  })

  test('another body is a mismatch, and the same one a conflict once the key was deleted', async () => {
    const minter = await organization.admit()
    const { body } = await minter.mint(0, { body: { name: 'a' }, headers })
    const mint = async (turn: number, name: string) => tally([await minter.mint(turn, { body: { name }, headers })])
    expect(await mint(1, 'b')).toEqual({ '409 idempotency_mismatch': 1 })
    expect((await minter.request(0, 'DELETE', `/v1/api-keys/${body.id}`)).status).toBe(204)
    expect(await mint(0, 'a')).toEqual({ '409 conflict': 1 })
    expect(await mint(1, 'a')).toEqual({ '409 conflict': 1 })
    expect(await mint(0, 'b')).toEqual({ '409 idempotency_mismatch': 1 })
    expect(await minter.creationLimits()).toMatchObject({ remaining: 49, activeKeys: 0 })
  })

  test('a replay tells of the key as it is now', async () => {
    const minter = await organization.admit()
    const { body } = await minter.mint(0, { headers })
    await minter.request(0, 'POST', `/v1/api-keys/${body.id}/revoke`, { body: { reason: 'unused' } })
    const replay = await minter.mint(1, { headers })
    expect(replay.headers.get('idempotent-replayed')).toBe('true')
    expect(replay.body).toMatchObject({ id: body.id, key: null, status: 'revoked', revokedReason: 'unused' })
  })

  test('what was refused is not kept, and one member’s Idempotency-Key is not another’s', async () => {
    const [minter, other] = [await organization.admit(), await organization.admit()]
    expect((await minter.mint(0, { body: { name: 'x', permissions: ['no:such'] }, headers })).status).toBe(400)
    const answers = [await minter.mint(1, { headers }), await other.mint(0, { headers })]
    expect(tally(answers)).toEqual({ '201': 2 })
    expect(answers[0]?.body.id).not.toBe(answers[1]?.body.id)
  })

  test('a member is the same by any session as by the operator', async () => {
    const minter = await organization.admit()
    const body = { organizationId: organization.id, userId: minter.userId }
    const session = async () => (await organization.operator.request(0, 'POST', '/v1/sessions', { body })).body.token
    const answers = [
      await minter.mint(0, { headers }),
      await minter.mint(1, { headers, key: await session() }),
      await minter.mint(0, { headers, key: await session() }),
    ]
    expect(tally(answers)).toEqual({ '201': 1, '201 replayed': 2 })
  })

  test('a rotation is replayed without its secret, and ends no other one', async () => {
    const minter = await organization.admit()
    const { id } = await minter.minted()
    const rotate = async (turn: number) =>
      minter.request(turn, 'POST', `/v1/api-keys/${id}/rotate`, { headers, body: { overlapSeconds: 60 } })
    const answers = await inParallel(10, rotate)
    answers.push(await rotate(1))
    const { '201': rotated, '201 replayed': replayed = 0, '409 conflict': inFlight = 0 } = tally(answers)
    expect({ rotated, all: replayed + inFlight }).toEqual({ rotated: 1, all: 10 })
    expect((await minter.request(0, 'GET', `/v1/api-keys/${id}`)).body.secrets).toHaveLength(2)
    const mine = answers.find(({ body }) => body.key !== null && body.key !== undefined)
    expect(await organization.verify(1, mine?.body.key)).toMatchObject({ valid: true, key: { id } })
  })

  test(
    `a mint whose answer was lost is found again and rotated, ${lostAnswers} times`,
    { timeout: patientMs },
    async () => {
      for (let turn = 0; turn < lostAnswers; turn++) {
        const minter = await organization.admit()
        await minter.mintUnheard(turn, { headers })
        const { id } = await mintUntilAnswered(minter, turn + 1)
        const path = `/v1/api-keys/${id}/rotate`
        const { body } = await minter.request(turn, 'POST', path, { body: { overlapSeconds: 0 } })
        expect(body.secrets).toHaveLength(1)
        expect(await organization.verify(turn + 1, body.key)).toMatchObject({ valid: true, key: { id } })
        expect(await minter.creationLimits()).toMatchObject({ remaining: 49, activeKeys: 1 })
      }
    },
  )
}

function expectSecretOnlyOnce(answer: Answer, id: string): void {
  const isReplay = answer.headers.get('idempotent-replayed') === 'true'
  expect(answer.body.id).toBe(id)
  expect(answer.body.key === null).toBe(isReplay)
  expect(answer.headers.get('cache-control')).toBe('no-store')
}

async function keyIdsOf(minter: Minter): Promise<string[]> {
  const { body } = await minter.request(0, 'GET', `/v1/api-keys?owner=${minter.userId}`)
  return body.data.map((key: { id: string }) => key.id)
}

/** The unheard one may still be under way: 409. */
async function mintUntilAnswered(minter: Minter, turn: number): Promise<Answer['body']> {
  for (;;) {
    const answer = await minter.mint(turn, { headers })
    if (answer.body.reason === 'conflict') continue
    expect(answer.status).toBe(201)
    return answer.body
  }
}
