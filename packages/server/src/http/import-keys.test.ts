import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { legacyShapes, mintPrefixedKey, openBetterAuth, unkeyKeys, type ForeignKey } from '../testing/foreign-keys.ts'
import { expectStatus, refusal, type Answer } from '../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../testing/in-process.ts'

const contract = {
  name: 'Acme',
  keys: { legacy: [...legacyShapes, { pattern: '^old_[0-9a-f]{32}$', hash: 'sha256-hex' }] },
  minting: { activePerMember: 5, perMemberPerDay: 5 },
}
const ofOrganization = { name: 'brought over', owner: 'organization', role: 'member' }

/** A key of the shape `^old_[0-9a-f]{32}$`, new each time. */
function oldKey(): ForeignKey {
  const key = `old_${randomBytes(16).toString('hex')}`
  const hash = createHash('sha256').update(key).digest('hex')
  return { key, item: { hash, hashedAs: 'sha256-hex', prefix: key.slice(0, 8) } }
}

const oldKeys = (count: number): readonly ForeignKey[] => Array.from({ length: count }, oldKey)
const itemsOf = (keys: readonly ForeignKey[], more: object = ofOrganization) =>
  keys.map(({ item }) => ({ ...item, ...more }))
const outcomes = ({ body }: Answer) => body.results.map(({ outcome }: { outcome: string }) => outcome)

describeOnBothStorages('POST /v1/api-keys/import', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open({ contract })
    acme = await mintmark.organization()
  })

  const importItems = (items: readonly object[], headers = {}): Promise<Answer> =>
    acme.operator.post('/v1/api-keys/import', { keys: items }, headers)
  const importKey = async (one = oldKey()): Promise<{ readonly id: string; readonly key: string }> => {
    const { results } = expectStatus(200, await importItems(itemsOf([one])))
    return { id: results[0].id, key: one.key }
  }
  const verify = async (key: string): Promise<Answer['body']> =>
    expectStatus(200, await mintmark.operator.post('/v1/verify', { key }))
  const countKeys = async () => expectStatus(200, await acme.operator.get('/v1/api-keys?limit=100')).data.length

  describe('keys that libraries made', () => {
    const makers: Readonly<Record<string, () => Promise<readonly ForeignKey[]>>> = {
      'prefixed-api-key': async () => [await mintPrefixedKey(), await mintPrefixedKey()],
      'Better Auth': async () => {
        const { database, mint } = await openBetterAuth()
        const keys = [await mint('one'), await mint('two')]
        database.close()
        return keys
      },
      Unkey: async () => unkeyKeys,
    }

    test.each(Object.keys(makers))('by %s are good from their import on, used or not', async (maker) => {
      const keys = (await makers[maker]?.()) ?? []
      expect(keys.length).toBeGreaterThan(1)
      for (const { key } of keys) expect(await verify(key)).toMatchObject({ valid: false, reason: 'invalid_key' })
      const { results } = expectStatus(200, await importItems(itemsOf(keys)))
      for (const [index, { key, item }] of keys.entries()) {
        const { id } = results[index]
        expect(results[index]).toEqual({ outcome: 'imported', id: expect.stringMatching(/^key_/), message: null })
        for (let use = 0; use < 3; use++) {
          expect(await verify(key)).toMatchObject({ valid: true, key: { id, prefix: item.prefix, role: 'member' } })
          await mintmark.mintmark.engine.usage.flush()
        }
        expect(expectStatus(200, await mintmark.client(key).get('/v1/me'))).toMatchObject({ apiKeyId: id })
      }
      for (const { key } of keys) await expectNoOtherText(key)
    })

    async function expectNoOtherText(key: string): Promise<void> {
      for (let index = 0; index < key.length; index += 5) {
        const other = key[index] === 'Q' ? 'R' : 'Q'
        const changed = key.slice(0, index) + other + key.slice(index + 1)
        expect(await verify(changed), changed).toMatchObject({ valid: false, reason: 'invalid_key' })
      }
    }
  })

  describe('an imported key', () => {
    test('is like any other: seen, changed, rotated, revoked and deleted', async () => {
      const { id, key } = await importKey()
      const path = `/v1/api-keys/${id}`
      expect(expectStatus(200, await acme.operator.get(path))).toMatchObject({
        status: 'active',
        createdByUserId: null,
      })
      expectStatus(200, await acme.operator.patch(path, { name: 'renamed' }))
      const rotated = expectStatus(201, await acme.operator.post(`${path}/rotate`, { overlapSeconds: 60 }))
      expect(rotated.key).toMatch(/^mk_live_/)
      for (const one of [key, rotated.key]) expect(await verify(one)).toMatchObject({ valid: true, key: { id } })
      expectStatus(200, await acme.operator.post(`${path}/revoke`, {}))
      for (const one of [key, rotated.key]) expect(await verify(one)).toMatchObject({ reason: 'key_revoked' })
      expectStatus(204, await acme.operator.delete(path))
      for (const one of [key, rotated.key]) expect(await verify(one)).toMatchObject({ reason: 'invalid_key' })
    })

    test('has all that its import gave it', async () => {
      await acme.addProject('site')
      const item = {
        ...oldKey().item,
        name: 'Deploys',
        userId: 'engineer',
        scope: 'project',
        projectId: 'site',
        environment: 'test',
        permissions: ['projects:read'],
        expiresAt: '2099-01-01T00:00:00.000Z',
        rateLimit: { limit: 7, windowSeconds: 9 },
        ipAllowlist: ['192.0.2.0/24'],
        metadata: { unkeyId: 'key_1' },
      }
      const { hash, hashedAs, userId, prefix, ...given } = item
      const { results } = expectStatus(200, await importItems([item]))
      const key = expectStatus(200, await acme.operator.get(`/v1/api-keys/${results[0].id}`))
      expect(key).toMatchObject({ ...given, prefix, owner: { type: 'member', userId }, createdByUserId: userId })
      expect(JSON.stringify(key)).not.toContain(hash)
      const { data } = expectStatus(200, await acme.operator.get(`/v1/audit-events?target=${key.id}`))
      expect(data).toMatchObject([{ action: 'api_key.imported', changes: { name: 'Deploys', hashedAs } }])
      expect(JSON.stringify(data)).not.toContain(hash)
    })

    test('counts as active for its owner, and spends no day’s mint', async () => {
      await acme.addMember('owner', 'admin')
      const limits = () => acme.as('owner').get('/v1/api-keys/creation-limits')
      await acme.mint({}, 'owner')
      expectStatus(200, await importItems(itemsOf(oldKeys(3), { name: 'old', userId: 'owner' })))
      expect(expectStatus(200, await limits())).toMatchObject({ remaining: 4, activeKeys: 4, maxActiveKeys: 5 })
      const before = await countKeys()
      const tooMany = [...itemsOf(oldKeys(1)), ...itemsOf(oldKeys(2), { name: 'old', userId: 'owner' })]
      const refused = await importItems(tooMany)
      expect(refusal(refused).slice(0, 2)).toEqual([409, 'active_key_limit'])
      expect(refused.body.errors).toEqual([
        { path: 'keys[2].userId', message: 'This member may have 5 active keys: there is room for 1 more.' },
      ])
      expect(await countKeys()).toBe(before)
      expectStatus(200, await importItems(itemsOf(oldKeys(1), { name: 'old', userId: 'owner' })))
      expect(refusal(await acme.as('owner').post('/v1/api-keys', { name: 'one more' }))[1]).toBe('active_key_limit')
    })
  })

  describe('a key that is here already', () => {
    test('is said to be so and left as it is, used or not', async () => {
      const key = oldKey()
      const { id } = await importKey(key)
      const again = { outcome: 'duplicate', id, message: 'This key is here already.' }
      expect(expectStatus(200, await importItems(itemsOf([key]))).results).toEqual([again])
      expect(await verify(key.key)).toMatchObject({ valid: true })
      await mintmark.mintmark.engine.usage.flush()
      expect(expectStatus(200, await importItems(itemsOf([key]))).results).toEqual([again])
    })

    test('is no second one within a request, however its hash is written', async () => {
      const [key, other] = [oldKey(), oldKey()]
      const written = { ...key.item, hash: key.item.hash.toUpperCase() }
      const base64 = {
        ...key.item,
        hash: Buffer.from(key.item.hash, 'hex').toString('base64'),
        hashedAs: 'sha256-base64',
      }
      const items = [key.item, other.item, written, base64].map((item) => ({ ...item, ...ofOrganization }))
      const before = await countKeys()
      const { results } = expectStatus(200, await importItems(items))
      const twice = { outcome: 'duplicate', id: results[0].id, message: 'The same key as keys[0].' }
      expect(results).toMatchObject([{ outcome: 'imported' }, { outcome: 'imported' }, twice, twice])
      expect(await countKeys()).toBe(before + 2)
    })

    test('stays revoked', async () => {
      const key = oldKey()
      const { id } = await importKey(key)
      expectStatus(200, await acme.operator.post(`/v1/api-keys/${id}/revoke`, {}))
      const { results } = expectStatus(200, await importItems(itemsOf([key])))
      expect(results).toEqual([
        { outcome: 'duplicate', id, message: 'This key is here already, and revoked: it stays so.' },
      ])
      expect(await verify(key.key)).toMatchObject({ reason: 'key_revoked' })
    })

    test('in another organization stays there', async () => {
      const beta = await mintmark.organization()
      const key = oldKey()
      expectStatus(200, await beta.operator.post('/v1/api-keys/import', { keys: itemsOf([key]) }))
      const message = 'This key is here already, in another organization.'
      expect(expectStatus(200, await importItems(itemsOf([key]))).results).toEqual([
        { outcome: 'duplicate', id: null, message },
      ])
      expect(await verify(key.key)).toMatchObject({ valid: true, key: { organizationId: beta.id } })
    })

    test('in two imports at once is imported by one of them', async () => {
      const beta = await mintmark.organization()
      const keys = oldKeys(20)
      const answers = await Promise.all(
        [acme, beta, acme, beta].map(({ operator }, at) =>
          operator.post('/v1/api-keys/import', { keys: itemsOf(at % 2 === 0 ? keys : keys.toReversed()) }),
        ),
      )
      for (const answer of answers) expectStatus(200, answer)
      const imported = answers.flatMap(outcomes).filter((outcome) => outcome === 'imported')
      expect(imported).toHaveLength(keys.length)
      for (const { key } of keys) expect(await verify(key)).toMatchObject({ valid: true })
    })

    test('and was deleted may be imported anew', async () => {
      const key = oldKey()
      const { id } = await importKey(key)
      expect(await verify(key.key)).toMatchObject({ valid: true })
      await mintmark.mintmark.engine.usage.flush()
      expectStatus(204, await acme.operator.delete(`/v1/api-keys/${id}`))
      const { results } = expectStatus(200, await importItems(itemsOf([key])))
      expect(results).toMatchObject([{ outcome: 'imported' }])
      expect(results[0].id).not.toBe(id)
    })
  })

  describe('what is wrong', () => {
    const good = () => ({ ...oldKey().item, ...ofOrganization })
    const mistakes: Readonly<Record<string, readonly [object, string, string]>> = {
      'another hash': [{ hash: 'zz'.repeat(32) }, 'hash', 'This is no SHA-256 written as sha256-hex.'],
      'a hash written otherwise': [
        { hashedAs: 'sha256-base64' },
        'hash',
        'This is no SHA-256 written as sha256-base64.',
      ],
      'a prefix of no legacy shape': [
        { prefix: 'new_' },
        'prefix',
        'No legacy shape of the contract that is hashed so begins with this.',
      ],
      'a long token’s without the short one': [
        { hashedAs: 'sha256-hex-of-long-token', prefix: 'mycompany' },
        'prefix',
        'No legacy shape of the contract that is hashed so begins with this.',
      ],
      'no owner': [
        { owner: undefined, role: undefined },
        'userId',
        'Say whose it is: a userId, or owner organization and a role.',
      ],
      'two owners': [{ userId: 'admin' }, 'userId', 'Give a userId, or owner and role.'],
      'an owner without a role': [{ role: undefined }, 'role', 'Owner organization needs a role.'],
      'an unknown role': [
        { role: 'king' },
        'role',
        'There is no role "king" in the contract. Its roles: admin, manager, engineer, member.',
      ],
      'an unknown member': [
        { owner: undefined, role: undefined, userId: 'nobody' },
        'userId',
        'There is no member with this id.',
      ],
      'an unknown project': [
        { scope: 'project', projectId: 'nowhere' },
        'projectId',
        'There is no project with this id.',
      ],
      'a project without scope': [{ projectId: 'site' }, 'projectId', 'Give a projectId with scope project only.'],
      'an unknown permission': [
        { permissions: ['a:b'] },
        'permissions[0]',
        'There is no permission "a:b" in the contract.',
      ],
      'an expiry that has passed': [
        { expiresAt: '2001-01-01T00:00:00.000Z' },
        'expiresAt',
        'Give a time in the future.',
      ],
      'no network': [
        { ipAllowlist: ['here'] },
        'ipAllowlist[0]',
        'Write a network such as 192.0.2.0/24, 2001:db8::/32, or one address.',
      ],
      'an unprintable name': [{ name: 'a\nb' }, 'name', 'Control characters are not allowed.'],
    }

    test.each(Object.keys(mistakes))('%s is said with its place, and nothing is imported', async (name) => {
      const [mistake, path, message] = mistakes[name] ?? [{}, '', '']
      const before = await countKeys()
      const refused = await importItems([good(), { ...good(), ...mistake }])
      expect(refusal(refused).slice(0, 2)).toEqual([400, 'invalid_request'])
      expect(refused.body.errors).toEqual([{ path: `keys[1].${path}`, message }])
      expect(await countKeys()).toBe(before)
    })

    test('is said of every key at once', async () => {
      const refused = await importItems([{ ...good(), role: 'king' }, good(), { ...good(), name: ' ' }])
      expect(refused.body.errors.map(({ path }: { path: string }) => path)).toEqual(['keys[0].role', 'keys[2].name'])
    })

    test('a whole key instead of its beginning is not taken, nor said again', async () => {
      const { key, item } = oldKey()
      const refused = await importItems([{ ...item, ...ofOrganization, prefix: key }])
      expect(refused.body.errors).toEqual([
        { path: 'keys[0].prefix', message: 'This is the whole key: give what may be shown of it.' },
      ])
      expect(refused.text).not.toContain(key)
    })

    test('no key, or more than a hundred', async () => {
      expect(refusal(await importItems([])).slice(0, 2)).toEqual([400, 'invalid_request'])
      expect(refusal(await importItems(itemsOf(oldKeys(101)))).slice(0, 2)).toEqual([400, 'invalid_request'])
      expect(outcomes(await importItems(itemsOf(oldKeys(100))))).toEqual(Array(100).fill('imported'))
    })

    test('an operator in no organization, or in one that is not there', async () => {
      const body = { keys: [good()] }
      expect(refusal(await mintmark.operator.post('/v1/api-keys/import', body)).slice(0, 2)).toEqual([
        400,
        'invalid_request',
      ])
      const nowhere = mintmark.operator.with({ 'mintmark-organization': 'nowhere' })
      expect(refusal(await nowhere.post('/v1/api-keys/import', body)).slice(0, 2)).toEqual([404, 'not_found'])
      const onBehalf = await acme.as('admin').post('/v1/api-keys/import', body)
      expect(refusal(onBehalf).slice(0, 2)).toEqual([403, 'forbidden'])
    })

    test('a contract without legacy shapes', async () => {
      const plain = await open()
      const { operator } = await plain.organization()
      const refused = await operator.post('/v1/api-keys/import', { keys: [good()] })
      expect(refused.body.errors).toMatchObject([{ path: 'keys[0].hashedAs' }])
    })
  })

  describe('sent again with its Idempotency-Key', () => {
    test('answers as before, and imports nothing', async () => {
      const [known, ...keys] = oldKeys(3)
      if (known === undefined) throw new Error('no key')
      await importKey(known)
      const items = itemsOf([...keys, known, ...keys.slice(0, 1)])
      const headers = { 'idempotency-key': 'again' }
      const first = await importItems(items, headers)
      expect(outcomes(first)).toEqual(['imported', 'imported', 'duplicate', 'duplicate'])
      const before = await countKeys()
      const second = await importItems(items, headers)
      expect(second.headers.get('idempotent-replayed')).toBe('true')
      expect(second.body).toEqual(first.body)
      expect(await countKeys()).toBe(before)
      expect(refusal(await importItems(itemsOf(keys), headers)).slice(0, 2)).toEqual([409, 'idempotency_mismatch'])
      expectStatus(204, await acme.operator.delete(`/v1/api-keys/${first.body.results[1].id}`))
      expect(refusal(await importItems(items, headers)).slice(0, 2)).toEqual([409, 'conflict'])
    })
  })
})
