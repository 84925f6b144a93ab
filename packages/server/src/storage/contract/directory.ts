import { digestFromBytes, digestToBytes } from '@mintmark/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Compile, Directory, KeyRow, SessionRow } from '../../engine/ports/directory.ts'
import { changes } from './directory-changes.ts'
import * as rows from './directory-rows.ts'
import type { Db, MemberRows, MintedRows, Values } from './directory-rows.ts'

type Holders = readonly [{ readonly row: KeyRow }, { readonly row: SessionRow }]

export type DirectoryUnderTest = {
  readonly directory: Directory<Holders[0], Holders[1]>
  /** Resolves when it is committed; rejects, and nothing of it remains, when `work` rejects. */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>
  /** The clock that decides expiry. */
  nowMs(): Promise<number>
  close(): Promise<void>
}

/** What every directory must do, whatever its engine. */
export function describeDirectory(
  name: string,
  make: (compile: Compile<Holders[0], Holders[1]>) => Promise<DirectoryUnderTest>,
): void {
  describe(`directory in ${name}`, () => {
    let subject: DirectoryUnderTest

    beforeAll(async () => {
      subject = await make({ key: (row) => ({ row }), session: (row) => ({ row }) })
    })
    afterAll(async () => {
      await subject.close()
    })

    const mint = async (key: Values = {}, secret: Values = {}): Promise<MintedRows & MemberRows> =>
      subject.transaction(async (db) => {
        const member = await rows.insertOrganization(db)
        const { organizationId, userId } = member
        const owned = { organization_id: organizationId, owner_user_id: userId, created_by_user_id: userId, ...key }
        return { ...member, ...(await rows.insertKey(db, owned, secret)) }
      })
    const keyOf = async ({ digest }: Pick<MintedRows, 'digest'>): Promise<KeyRow | null> =>
      (await subject.directory.findKey(digest)).holder?.row ?? null

    describe('rows', () => {
      test('has all of a key, its member and its organization', async () => {
        const key = await subject.transaction(async (db) => {
          const organization = { tier: 'scale', rate_limit: 600, rate_window_seconds: 60 }
          const member = await rows.insertOrganization(db, organization)
          const key = {
            organization_id: member.organizationId,
            name: 'Ünïcode "quoted" \\ 𝄞 \u0001\u2028',
            environment: 'test',
            scope: 'project',
            project_id: 'prj_1',
            permissions: '["projects:read","a\\"b"]',
            owner_user_id: member.userId,
            created_by_user_id: 'usr_minter',
            expires_at: 8_640_000_000_000_000,
            rate_limit: 100,
            rate_window_seconds: 10,
            ip_allowlist: '["10.0.0.0/8"]',
            metadata: '{"team":"größe"}',
          }
          return { ...member, ...(await rows.insertKey(db, key, { ends_at: 1_900_000_000_000, awaits_first_use: 1 })) }
        })
        expect(await keyOf(key)).toEqual({
          kind: 'key',
          keyNumber: key.keyNumber,
          keyId: key.keyId,
          secretNumber: key.secretNumber,
          secretId: key.secretId,
          prefix: 'mk_live_abcdefgh',
          name: 'Ünïcode "quoted" \\ 𝄞 \u0001\u2028',
          environment: 'test',
          scope: 'project',
          organizationId: key.organizationId,
          projectId: 'prj_1',
          permissions: '["projects:read","a\\"b"]',
          createdByUserId: 'usr_minter',
          ownerUserId: key.userId,
          fixedRole: null,
          ownerRole: 'engineer',
          ownerStatus: 'active',
          expiresAtMs: 8_640_000_000_000_000,
          revokedAtMs: null,
          secretEndsAtMs: 1_900_000_000_000,
          awaitsFirstUse: true,
          organizationStatus: 'active',
          organizationTier: 'scale',
          organizationLimit: 600,
          organizationWindowSeconds: 60,
          keyLimit: 100,
          keyWindowSeconds: 10,
          ipAllowlist: '["10.0.0.0/8"]',
          metadata: '{"team":"größe"}',
        })
      })

      test('has nothing of an organization for an operator key', async () => {
        const key = await subject.transaction(async (db) => rows.insertKey(db, { name: 'Backend' }))
        const row = await keyOf(key)
        expect(row).toMatchObject({ scope: 'installation', awaitsFirstUse: false, metadata: '{}' })
        const absent: (keyof KeyRow)[] = ['organizationId', 'organizationStatus', 'organizationTier', 'ownerUserId']
        absent.push('ownerRole', 'ownerStatus', 'fixedRole', 'permissions', 'expiresAtMs', 'keyLimit', 'ipAllowlist')
        expect(absent.map((field) => row?.[field])).toEqual(absent.map(() => null))
      })

      test('has all of a session', async () => {
        const session = await subject.transaction(async (db) => {
          const member = await rows.insertOrganization(db)
          return { ...member, ...(await rows.insertSession(db, member)) }
        })
        expect((await subject.directory.findSession(session.digest)).holder?.row).toEqual({
          kind: 'session',
          sessionId: session.sessionId,
          organizationId: session.organizationId,
          userId: session.userId,
          expiresAtMs: 1_900_000_000_000,
          steppedUpUntilMs: null,
          role: 'engineer',
          memberStatus: 'active',
          organizationStatus: 'active',
        })
        expect(await keyOf(session)).toBeNull()
      })

      test('knows no session by a digest of a key', async () => {
        const key = await mint()
        expect((await subject.directory.findSession(key.digest)).holder).toBeNull()
      })

      test('knows a digest by all of its 32 bytes', async () => {
        const key = await mint()
        for (let index = 0; index < 32; index++) {
          const bytes = digestToBytes(key.digest)
          bytes[index] = (bytes[index] ?? 0) ^ 1
          expect(await keyOf({ digest: digestFromBytes(bytes) })).toBeNull()
        }
        expect((await keyOf(key))?.keyNumber).toBe(key.keyNumber)
      })

      test('answers by the clock of the authority, also for a digest that nobody has', async () => {
        const beforeMs = await subject.nowMs()
        const found = await subject.directory.findKey(rows.freshDigest())
        expect(found.holder).toBeNull()
        expect(found.nowMs).toBeGreaterThanOrEqual(beforeMs)
        expect(found.nowMs).toBeLessThanOrEqual(await subject.nowMs())
      })

      test('gives each of many look-ups at once its own answer', async () => {
        const keys = await subject.transaction(async (db) => {
          const minted: MintedRows[] = []
          for (let count = 0; count < 300; count++) minted.push(await rows.insertKey(db, { name: `Key ${count}` }))
          return minted
        })
        const asked = Array.from({ length: 1_500 }, (_, index) =>
          index % 5 === 4 ? { digest: rows.freshDigest(), keyId: null } : (keys[(index * 7) % keys.length] ?? raise()),
        )
        const found = await Promise.all(asked.map(async (each) => keyOf(each)))
        expect(found.map((row) => row?.keyId ?? null)).toEqual(asked.map((each) => each.keyId))
      })
    })

    describe('what was committed', () => {
      test('is found by the next look-up although the digest was unknown before', async () => {
        const known = await mint()
        const digest = rows.freshDigest()
        expect(await keyOf({ digest })).toBeNull()
        await subject.transaction(async (db) =>
          rows.update(db, 'api_key_secrets', { number: known.secretNumber }, { digest: digestToBytes(digest) }),
        )
        expect((await keyOf({ digest }))?.keyNumber).toBe(known.keyNumber)
        expect(await keyOf(known)).toBeNull()
      })

      test.for(changes)('shows at the next look-up: %s', async ([, write, changed]) => {
        const key = await mint()
        const before = await keyOf(key)
        expect(before).not.toBeNull()
        await subject.transaction(async (db) => write(db, key))
        const after = await keyOf(key)
        expect(after).toEqual(changed === null ? null : { ...before, ...changed })
      })

      test('ends a session with its member, and when it is deleted', async () => {
        const member = await subject.transaction(async (db) => rows.insertOrganization(db))
        const [one, other] = await subject.transaction(async (db) => [
          await rows.insertSession(db, member),
          await rows.insertSession(db, member),
        ])
        expect((await subject.directory.findSession(one.digest)).holder).not.toBeNull()
        await subject.transaction(async (db) => rows.erase(db, 'sessions', { id: one.sessionId }))
        expect((await subject.directory.findSession(one.digest)).holder).toBeNull()
        expect((await subject.directory.findSession(other.digest)).holder).not.toBeNull()
        await subject.transaction(async (db) => rows.erase(db, 'members', { user_id: member.userId }))
        expect((await subject.directory.findSession(other.digest)).holder).toBeNull()
      })
    })

    describe('what was not committed', () => {
      test('is never shown, whether asked before, during or after', async () => {
        const key = await mint()
        const before = await keyOf(key)
        const asked: Promise<KeyRow | null>[] = []
        const added: MintedRows[] = []
        const undone = subject.transaction(async (db) => {
          asked.push(keyOf(key))
          await rows.update(db, 'api_keys', { number: key.keyNumber }, { name: 'dirty' })
          added.push(await rows.insertKey(db, { name: 'dirty' }))
          asked.push(keyOf(key))
          await new Promise((resolve) => setTimeout(resolve, 20))
          asked.push(keyOf(key), keyOf(added[0] ?? raise()))
          throw new Error('undone')
        })
        await expect(undone).rejects.toThrow('undone')
        expect(await Promise.all(asked)).toEqual([before, before, before, null])
        expect(await keyOf(key)).toEqual(before)
        expect(await keyOf(added[0] ?? raise())).toBeNull()
      })
    })

    describe('a compiled holder', () => {
      test('stays the same object while its row stays the same, and no longer', async () => {
        const key = await mint()
        const first = (await subject.directory.findKey(key.digest)).holder
        await mint()
        const second = (await subject.directory.findKey(key.digest)).holder
        expect(second).toBe(first)
        await subject.transaction(async (db) =>
          rows.update(db, 'api_keys', { number: key.keyNumber }, { name: 'Renamed' }),
        )
        const third = (await subject.directory.findKey(key.digest)).holder
        expect(third).not.toBe(first)
        expect(third?.row.name).toBe('Renamed')
      })
    })

    describe('a first use', () => {
      const fresh = async (key: Values = {}, secret: Values = {}) => mint(key, { awaits_first_use: 1, ...secret })
      const firstUseOf = async (key: MintedRows): Promise<number | null> =>
        subject.transaction(async (db) => rows.readFirstUse(db, key.secretNumber))

      test('is marked once, at the clock of the authority, and seen by the next look-up', async () => {
        const key = await fresh()
        expect((await keyOf(key))?.awaitsFirstUse).toBe(true)
        const beforeMs = await subject.nowMs()
        expect(await subject.directory.markFirstUse(key.secretNumber)).toBe(true)
        expect((await keyOf(key))?.awaitsFirstUse).toBe(false)
        const firstUsedAtMs = await firstUseOf(key)
        expect(firstUsedAtMs).toBeGreaterThanOrEqual(beforeMs)
        expect(firstUsedAtMs).toBeLessThanOrEqual(await subject.nowMs())
        expect(await subject.directory.markFirstUse(key.secretNumber)).toBe(true)
        expect(await firstUseOf(key)).toBe(firstUsedAtMs)
      })

      test('is marked for all who come at once', async () => {
        const key = await fresh()
        const marks = await Promise.all(
          Array.from({ length: 20 }, async () => subject.directory.markFirstUse(key.secretNumber)),
        )
        expect(marks).toEqual(marks.map(() => true))
      })

      test('is refused to a secret that ended, and to a key that is revoked, expired or gone', async () => {
        const nowMs = await subject.nowMs()
        const dead = [
          await fresh({}, { ends_at: nowMs }),
          await fresh({ revoked_at: nowMs, revoked_reason: 'leaked' }),
          await fresh({ expires_at: nowMs }),
        ]
        for (const key of dead) {
          expect(await subject.directory.markFirstUse(key.secretNumber)).toBe(false)
          expect(await firstUseOf(key)).toBeNull()
        }
        expect(await subject.directory.markFirstUse(4_000_000_000)).toBe(false)
        const live = await fresh({ expires_at: nowMs + 60_000 }, { ends_at: nowMs + 60_000 })
        expect(await subject.directory.markFirstUse(live.secretNumber)).toBe(true)
      })

      test('waits for whoever holds the key, and then goes by what he has left', async () => {
        const key = await fresh()
        const { marked } = await subject.transaction(async (db) => {
          await rows.update(db, 'api_keys', { number: key.keyNumber }, { name: 'held' })
          const marked = subject.directory.markFirstUse(key.secretNumber)
          await new Promise((resolve) => setTimeout(resolve, 50))
          await rows.update(db, 'api_key_secrets', { number: key.secretNumber }, { ends_at: 1 })
          return { marked }
        })
        expect(await marked).toBe(false)
        expect(await firstUseOf(key)).toBeNull()
      })
    })
  })
}

function raise(): never {
  throw new Error('the test is wrong')
}
