import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KeyDigest } from '@mintmark/core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Found, KeyRow, SessionRow } from '../../engine/ports/directory.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { openSlowLink } from '../../testing/slow-link.ts'
import type { SlowLink } from '../../testing/slow-link.ts'
import * as rows from '../contract/directory-rows.ts'
import type { Db, MintedRows } from '../contract/directory-rows.ts'
import { createPostgresDirectory } from './directory-postgres.ts'
import type { PostgresDirectory } from './directory-postgres.ts'
import { openPostgres } from './postgres.ts'
import type { PostgresStorage } from './postgres.ts'
import { count } from '../../testing/scale.ts'

type FindKey = (digest: KeyDigest) => Promise<Found<KeyRow>>

const revocations = count(600, 3_000)
/** Longer than a revocation takes: an answer that was under way at its acknowledgement arrives after it. */
const linkDelayMs = 10
const looksAfter = 10
const compile = { key: (row: KeyRow): KeyRow => row, session: (row: SessionRow): SessionRow => row }

describeWithPostgres('directory on PostgreSQL', () => {
  type Node = { readonly storage: PostgresStorage; readonly directory: PostgresDirectory<KeyRow, SessionRow> }
  let url = ''
  let link: SlowLink
  /** The second one's answers are late. */
  let nodes: readonly [Node, Node]

  const openNode = async (lookUpUrl: string): Promise<Node> => {
    const storage = await openPostgres({ url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
    return {
      storage,
      directory: createPostgresDirectory(storage.database, compile, {
        url: lookUpUrl,
        hasPepper: () => true,
        onTrouble: () => {},
      }),
    }
  }
  beforeAll(async () => {
    url = await testDatabaseUrl()
    link = await openSlowLink(url, linkDelayMs)
    nodes = [await openNode(url), await openNode(link.url)]
  })
  afterAll(async () => {
    for (const { storage, directory } of nodes) {
      await directory.close()
      await storage.close()
    }
    await link.close()
  })

  const transaction = async <T>(work: (db: Db) => Promise<T>): Promise<T> =>
    nodes[0].storage.database.run({ tenant: 'every-organization', access: 'read write' }, work)
  const finders = (): readonly FindKey[] =>
    nodes.map(
      ({ directory }) =>
        async (digest: KeyDigest) =>
          directory.findKey(digest),
    )

  /**
   * What a directory would be that lets a look-up share the answer of any earlier look-up of the same digest that is
   * still on its way: fewer statements, and the answer may be older than the question.
   */
  const joiningInFlight = (findKey: FindKey): FindKey => {
    const inFlight = new Map<KeyDigest, Promise<Found<KeyRow>>>()
    return async (digest) => {
      const joined = inFlight.get(digest)
      if (joined !== undefined) return joined
      const found = findKey(digest).finally(() => inFlight.delete(digest))
      inFlight.set(digest, found)
      return found
    }
  }

  /** Looks every key up without a pause, on all nodes, before, while and after it is revoked. */
  async function revokeUnderLookUps(findKeys: readonly FindKey[]) {
    const seen = { lookUps: 0, accepted: 0, acceptedLate: 0, revived: 0 }
    const keys = await transaction(async (db) => {
      const minted: MintedRows[] = []
      for (let count = 0; count < revocations; count++) minted.push(await rows.insertKey(db))
      return minted
    })
    const revokeOne = async (key: MintedRows): Promise<void> => {
      const state = { acknowledged: false, refused: false, left: looksAfter }
      const look = async (findKey: FindKey): Promise<void> => {
        const { acknowledged, refused } = state
        const { holder } = await findKey(key.digest)
        const accepted = holder !== null && holder.revokedAtMs === null
        seen.lookUps += 1
        if (accepted) seen.accepted += 1
        if (accepted && acknowledged) seen.acceptedLate += 1
        if (accepted && refused) seen.revived += 1
        if (!accepted) state.refused = true
      }
      const looks: Promise<void>[] = []
      const pump = (async () => {
        while (state.left > 0) {
          for (const findKey of findKeys) looks.push(look(findKey))
          await sleep(1)
          if (state.acknowledged) state.left -= 1
        }
      })()
      await sleep(2)
      await transaction(async (db) => rows.revokeKey(db, key.keyNumber))
      state.acknowledged = true
      await pump
      await Promise.all(looks)
    }
    for (let start = 0; start < keys.length; start += 16)
      await Promise.all(keys.slice(start, start + 16).map(revokeOne))
    return seen
  }

  describe('a revocation', () => {
    test('is obeyed by every look-up that is asked after its acknowledgement, on every node', async () => {
      const seen = await revokeUnderLookUps(finders())
      expect(seen.lookUps).toBeGreaterThan(revocations * 15)
      expect(seen.accepted).toBeGreaterThan(revocations)
      expect(seen).toMatchObject({ acceptedLate: 0, revived: 0 })
    })

    test('is missed by look-ups that join one in flight, so the checker can see it', async () => {
      const seen = await revokeUnderLookUps(finders().map(joiningInFlight))
      expect(seen.acceptedLate).toBeGreaterThan(revocations / 10)
    })
  })

  describe('the clock', () => {
    test("is the database's, whatever this node's says", async () => {
      const key = await transaction(async (db) => rows.insertKey(db))
      const before = await nodes[0].directory.findKey(key.digest)
      vi.useFakeTimers({ toFake: ['Date'], now: before.nowMs + 365 * 86_400_000 })
      try {
        const found = await nodes[0].directory.findKey(key.digest)
        expect(found.nowMs).toBeGreaterThanOrEqual(before.nowMs)
        expect(found.nowMs).toBeLessThan(before.nowMs + 60_000)
      } finally {
        vi.useRealTimers()
      }
    })
  })

  describe('a lost connection', () => {
    test('fails only what was on it, and is replaced', async () => {
      const { directory, storage } = nodes[1]
      const key = await transaction(async (db) => rows.insertKey(db))
      const outcomes: ('found' | 'unavailable' | 'wrong')[] = []
      const end = new AbortController()
      const readers = Array.from({ length: 16 }, async () => {
        while (!end.signal.aborted) {
          await directory.findKey(key.digest).then(
            ({ holder }) => outcomes.push(holder?.keyNumber === key.keyNumber ? 'found' : 'wrong'),
            (error: Error) => outcomes.push(error.name === 'StoreUnavailable' ? 'unavailable' : 'wrong'),
          )
        }
      })
      const admin = await storage.database.connect('test of lost connections')
      for (let round = 0; round < 5; round++) {
        await admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and application_name = 'mintmark look-ups' order by random() limit 2`,
        )
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      end.abort()
      await Promise.all(readers)
      await admin.end()
      expect(outcomes).not.toContain('wrong')
      expect(outcomes).toContain('found')
      expect((await directory.findKey(key.digest)).holder?.keyNumber).toBe(key.keyNumber)
    })
  })

  describe('health', () => {
    test('says that the primary answers, and warns that no standby confirms', async () => {
      expect(await nodes[0].directory.health()).toMatchObject({
        reachable: true,
        inRecovery: false,
        synchronousStandby: false,
      })
    })
  })
})
