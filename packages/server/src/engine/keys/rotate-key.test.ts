import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SecretId } from '@mintmark/core'
import { expectStatus, reason, refusal } from '../../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type MintedKey,
  type TestOrganization,
} from '../../testing/in-process.ts'
import type { Secret } from '../ports/keys.ts'
import { endsAtRotation } from './rotate-key.ts'

const daySeconds = 86_400

describeOnBothStorages('POST /v1/api-keys/{id}/rotate', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let minted: MintedKey

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
  })

  beforeEach(async () => {
    minted = await acme.mint({ name: 'ci', metadata: { team: 'ops' } })
  })

  const rotate = async (body?: object) => expectStatus(201, await acme.as('admin').post(`${minted.path}/rotate`, body))
  const verify = async (key: string) => (await mintmark.operator.post('/v1/verify', { key })).body

  test('gives a new secret to the same key; both work, and are shown', async () => {
    const before = (await acme.as('admin').get(minted.path)).body
    const answer = await acme.as('admin').post(`${minted.path}/rotate`, {})
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { key, prefix, secrets, ...rotated } = answer.body
    expect(key).toMatch(/^mk_live_[0-9A-Za-z]{38}$/)
    expect(key).not.toBe(minted.key)
    expect(prefix).toBe(key.slice(0, 16))
    const { prefix: _prefix, secrets: _secrets, ...same } = before
    expect(rotated).toEqual(same)
    expect(secrets).toEqual([
      { ...before.secrets[0], expiresAt: expect.any(String) },
      {
        id: expect.not.stringMatching(before.secrets[0].id),
        prefix,
        createdAt: expect.any(String),
        expiresAt: null,
        lastUsedAt: null,
        lastUsedIp: null,
        lastUsedAgent: null,
      },
    ])
    expect(Date.parse(secrets[0].expiresAt) - Date.parse(secrets[1].createdAt)).toBe(daySeconds * 1000)
    expect(await verify(minted.key)).toMatchObject({ valid: true, key: { id: minted.id, secretId: secrets[0].id } })
    expect(await verify(key)).toMatchObject({ valid: true, key: { id: minted.id, secretId: secrets[1].id } })
  })

  test('both secrets spend from one window', async () => {
    const rotated = await rotate({})
    const spent = [await verify(minted.key), await verify(rotated.key), await verify(minted.key)]
    expect(spent.map(({ rateLimit }) => rateLimit.remaining)).toEqual([599, 598, 597])
  })

  test('no body says the default overlap of a day', async () => {
    const { secrets } = await rotate()
    expect(Date.parse(secrets[0].expiresAt) - Date.parse(secrets[1].createdAt)).toBe(daySeconds * 1000)
  })

  test('an overlap of 0 ends the previous secret at once: 401 key_revoked', async () => {
    const { key, secrets } = await rotate({ overlapSeconds: 0 })
    expect(secrets).toHaveLength(1)
    expect(await verify(minted.key)).toMatchObject({ valid: false, status: 401, reason: 'key_revoked' })
    expect(await verify(key)).toMatchObject({ valid: true })
  })

  test.each([
    [604_800, 201],
    [604_801, 400],
    [-1, 400],
    [0.5, 400],
    ['60', 400],
    [null, 400],
  ])('an overlap of %o: %i', async (overlapSeconds, status) => {
    expect((await acme.as('admin').post(`${minted.path}/rotate`, { overlapSeconds })).status).toBe(status)
  })

  test('again while the new secret was never used: it is replaced, and the older keeps its promised end', async () => {
    const first = await rotate({ overlapSeconds: 3600 })
    const second = await rotate({ overlapSeconds: 7200 })
    expect(second.secrets).toEqual([first.secrets[0], expect.objectContaining({ prefix: second.prefix })])
    expect(await verify(first.key)).toMatchObject({ reason: 'key_revoked' })
    expect(await verify(minted.key)).toMatchObject({ valid: true })
    expect(await verify(second.key)).toMatchObject({ valid: true })
  })

  test('again, with a shorter overlap: the older ends sooner than it was promised', async () => {
    const first = await rotate({ overlapSeconds: 3600 })
    const second = await rotate({ overlapSeconds: 60 })
    expect(Date.parse(second.secrets[0].expiresAt)).toBeLessThan(Date.parse(first.secrets[0].expiresAt))
    await rotate({ overlapSeconds: 0 })
    expect(await verify(minted.key)).toMatchObject({ reason: 'key_revoked' })
  })

  test('again after the new secret was used: the older ends at once', async () => {
    const first = await rotate({ overlapSeconds: 3600 })
    expect(await verify(first.key)).toMatchObject({ valid: true })
    const second = await rotate({ overlapSeconds: 3600 })
    expect(await verify(minted.key)).toMatchObject({ reason: 'key_revoked' })
    expect(await verify(first.key)).toMatchObject({ valid: true })
    expect(await verify(second.key)).toMatchObject({ valid: true })
    expect(second.secrets).toHaveLength(2)
  })

  test('a use counts by whatever way it came', async () => {
    const ways = {
      'its own request': (key: string) => mintmark.client(key).get('/v1/me'),
      'forward-auth': (key: string) => mintmark.client(key).get('/v1/forward-auth'),
      'a batch': (key: string) => mintmark.operator.post('/v1/verify/batch', { requests: [{ key }] }),
    }
    for (const [name, use] of Object.entries(ways)) {
      const first = await rotate({ overlapSeconds: 0 })
      const second = await rotate({ overlapSeconds: 3600 })
      expectStatus(200, await use(second.key))
      const third = await rotate({ overlapSeconds: 3600 })
      expect(await verify(first.key), name).toMatchObject({ reason: 'key_revoked' })
      expect(third.secrets, name).toHaveLength(2)
    }
  })

  test('a key never has more than two live secrets', async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      const { key, secrets } = await rotate({})
      expect(secrets).toHaveLength(2)
      await verify(key)
    }
  })

  test('revoking ends both', async () => {
    const rotated = await rotate({})
    await acme.as('admin').post(`${minted.path}/revoke`)
    for (const key of [minted.key, rotated.key]) expect(await verify(key)).toMatchObject({ reason: 'key_revoked' })
  })

  test('revoked is final: 409', async () => {
    await acme.as('admin').post(`${minted.path}/revoke`)
    expect(refusal(await acme.as('admin').post(`${minted.path}/rotate`, {}))).toEqual([
      409,
      'conflict',
      'This key is revoked, which is final: it cannot be rotated.',
    ])
  })

  test('spends no day’s mint', async () => {
    const limits = async () => (await acme.as('admin').get('/v1/api-keys/creation-limits')).body
    const before = await limits()
    await rotate({})
    expect(await limits()).toEqual(before)
  })

  test('an unknown field: 400; what is not there, or not seen: 404', async () => {
    expect(reason(await acme.as('admin').post(`${minted.path}/rotate`, { overlap: 1 }))).toEqual([
      400,
      'invalid_request',
    ])
    const globex = await mintmark.organization()
    for (const [client, path] of [
      [globex.as('admin'), minted.path],
      [acme.as('admin'), '/v1/api-keys/key_0000000000000000000000'],
      [acme.as('admin'), '/v1/api-keys/sec_0000000000000000000000'],
      [acme.as('admin'), '/v1/api-keys/x'],
    ] as const) {
      expect(reason(await client.post(`${path}/rotate`, {}))).toEqual([404, 'not_found'])
    }
  })

  describe('DELETE /secrets/{secretId}', () => {
    const end = (secretId: string) => acme.as('admin').delete(`${minted.path}/secrets/${secretId}`)

    test('ends the older early', async () => {
      const { key, secrets } = await rotate({})
      const answer = await end(secrets[0].id)
      expect([answer.status, answer.text]).toEqual([204, ''])
      expect(await verify(minted.key)).toMatchObject({ reason: 'key_revoked' })
      expect(await verify(key)).toMatchObject({ valid: true })
    })

    test('not the newer: at the end of the overlap the key would have none, and nobody would notice', async () => {
      const { key, secrets } = await rotate({ overlapSeconds: 3600 })
      for (const use of [false, true]) {
        if (use) expect(await verify(key)).toMatchObject({ valid: true })
        expect(refusal(await end(secrets[1].id))).toEqual([
          409,
          'conflict',
          'When the overlap ends, this is the only secret left. Rotate the key to replace it, or revoke the key.',
        ])
      }
      for (const one of [minted.key, key]) expect(await verify(one)).toMatchObject({ valid: true })
      const { secrets: kept } = (await acme.as('admin').get(minted.path)).body
      expect(kept.map(({ expiresAt }: { expiresAt: unknown }) => expiresAt)).toEqual([secrets[0].expiresAt, null])
    })

    test('the newer is replaced by rotating again, and the older keeps its promised end', async () => {
      const lost = await rotate({ overlapSeconds: 3600 })
      const { key, secrets } = await rotate({ overlapSeconds: 3600 })
      expect(await verify(lost.key)).toMatchObject({ reason: 'key_revoked' })
      expect(secrets).toMatchObject([lost.secrets[0], { expiresAt: null }])
      expect((await end(secrets[0].id)).status).toBe(204)
      expect(await verify(minted.key)).toMatchObject({ reason: 'key_revoked' })
      expect(await verify(key)).toMatchObject({ valid: true })
    })

    test('the last one: 409, it goes with its key only', async () => {
      const { secrets } = (await acme.as('admin').get(minted.path)).body
      expect(reason(await end(secrets[0].id))).toEqual([409, 'conflict'])
      expect(await verify(minted.key)).toMatchObject({ valid: true })
    })

    test('one that has ended, another key’s, or none: 404', async () => {
      const { secrets } = await rotate({})
      await end(secrets[0].id)
      const other = (await acme.as('admin').get((await acme.mint()).path)).body
      for (const id of [secrets[0].id, other.secrets[0].id, 'sec_0000000000000000000000', 'x', minted.id]) {
        expect(reason(await end(id))).toEqual([404, 'not_found'])
      }
    })
  })
})

describe('the end of an overlap', () => {
  const open = openingInProcess()
  const pass = usingTime()

  test('is exclusive: at that very instant the secret answers key_revoked, and is shown no more', async () => {
    pass(0)
    const mintmark = await open()
    const acme = await mintmark.organization()
    const { key, path } = await acme.mint()
    await acme.as('admin').post(`${path}/rotate`, { overlapSeconds: 1 })
    pass(999)
    expect((await mintmark.client(key).get('/v1/me')).status).toBe(200)
    pass(1)
    expect(reason(await mintmark.client(key).get('/v1/me'))).toEqual([401, 'key_revoked'])
    expect((await acme.as('admin').get(path)).body.secrets).toHaveLength(1)
  })

  test('an expired key cannot be rotated', async () => {
    pass(0)
    const acme = await (await open()).organization()
    const { path } = await acme.mint({ expiresAt: new Date(Date.now() + 1000).toISOString() })
    pass(1000)
    expect(refusal(await acme.as('admin').post(`${path}/rotate`, {}))).toEqual([
      409,
      'conflict',
      'This key is expired, which is final: it cannot be rotated.',
    ])
  })
})

describe('which secrets end when a new one comes', () => {
  const nowMs = 1_000
  const overlapEndMs = 5_000

  test.each<[string, Secret[], [number, number][]]>([
    ['none: after both have ended', [], []],
    ['the only one, when the overlap ends', [secret(1)], [[1, overlapEndMs]]],
    [
      'an unused newest now, the older as promised',
      [secret(1, { endsAtMs: 3_000 }), secret(2)],
      [
        [1, 3_000],
        [2, nowMs],
      ],
    ],
    [
      'an unused newest now, the older sooner than promised',
      [secret(1, { endsAtMs: 9_000 }), secret(2)],
      [
        [1, overlapEndMs],
        [2, nowMs],
      ],
    ],
    [
      'the older now, a used newest when the overlap ends',
      [secret(1, { endsAtMs: 3_000 }), secret(2, { firstUsedAtMs: 500 })],
      [
        [1, nowMs],
        [2, overlapEndMs],
      ],
    ],
    ['the first one is never replaced, used or not', [secret(1, { firstUsedAtMs: null })], [[1, overlapEndMs]]],
  ])('%s', (_, secrets, expected) => {
    const ends = endsAtRotation(secrets, nowMs, overlapEndMs)
    expect(ends.map((end) => [end.secret.number, end.endsAtMs])).toEqual(expected)
  })
})

function secret(number: number, fields: Partial<Secret> = {}): Secret {
  return {
    number,
    id: `sec_${number}` as SecretId,
    prefix: 'mk_live_12345678',
    createdAtMs: number,
    endsAtMs: null,
    firstUsedAtMs: null,
    lastUsedAtMs: null,
    lastUsedIp: null,
    lastUsedAgent: null,
    ...fields,
  }
}
