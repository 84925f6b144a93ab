import { randomBytes } from 'node:crypto'
import { builtInContract, type OrganizationId } from '@mintmark/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { givenKey, givenMember } from '../../storage/contract/storage-samples.ts'
import {
  createEmbeddedEngine,
  createTestClock,
  type EmbeddedEngine,
  type TestClock,
} from '../../testing/embedded-engine.ts'
import { describeWithPostgres } from '../../testing/servers.ts'
import { usingPostgresNodes } from '../../testing/postgres-nodes.ts'
import type { CallerIn } from '../caller.ts'
import { createKeyring } from '../keyring.ts'
import type { Storage } from '../ports/storage.ts'
import { createMutate } from '../unit-of-work.ts'
import { createExpiryJob } from './expiry.ts'
import type { Job } from './job.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const owner = { type: 'organization', role: 'member' } as const
const keyring = createKeyring({ current: randomBytes(32), previous: null })

function expiryJobOn(storage: Storage): Job {
  const mutate = createMutate({ storage, random: randomBytes, keyring, onAnnounced: () => {} })
  return createExpiryJob({ storage, mutate })
}

async function whole(job: Job): Promise<void> {
  while (await job.step());
}

type Told = { readonly action: string; readonly target: string; readonly days: number | null }

function toldIn(rows: readonly Record<string, unknown>[]): readonly Told[] {
  return rows.map((row) => {
    const payload = JSON.parse(String(row['payload']))
    expect(payload).toMatchObject({ actor: { type: 'system', id: 'system' }, ip: null })
    return { action: payload.action, target: payload.target.id, days: payload.changes.days ?? null }
  })
}

const textOf = (chain: string): string =>
  `select payload from audit_events where chain = '${chain}' and action like 'api_key.expir%' order by sequence`

describe('expiry, as a clock passes by (SQLite)', () => {
  let clock: TestClock
  let embedded: EmbeddedEngine
  let caller: CallerIn
  let job: Job

  beforeEach(async () => {
    clock = createTestClock()
    embedded = await createEmbeddedEngine({ contract: builtInContract, clock })
    const { value } = await embedded.engine.organizations.create(embedded.host, { name: 'Example' }, null)
    caller = { ...embedded.host, organizationId: value.id }
    const found = embedded.engine.jobs.find(({ name }) => name === 'api_key.expiry')
    if (found === undefined) throw new Error('There is no such job')
    job = found
  })
  afterEach(() => embedded.close())

  const mint = async (lifeMs: number | null) => {
    const expiresAtMs = lifeMs === null ? null : clock.nowMs() + lifeMs
    const input = { name: 'ci', owner: 'organization', role: 'admin', expiresAtMs } as const
    return (await embedded.engine.keys.mint(caller, input, null)).value
  }
  const told = (): readonly Told[] => toldIn(embedded.sqlite.database.prepare(textOf(caller.organizationId)).all())
  const later = async (durationMs: number): Promise<readonly Told[]> => {
    const before = told().length
    clock.advance(durationMs)
    await whole(job)
    await whole(job)
    return told().slice(before)
  }

  test('is told 7 days before, 1 day before, and when it has come: each once', async () => {
    const { id } = await mint(30 * dayMs)
    await mint(null)
    expect(await later(23 * dayMs - 1)).toEqual([])
    expect(await later(1)).toEqual([{ action: 'api_key.expiring', target: id, days: 7 }])
    expect(await later(6 * dayMs - 1)).toEqual([])
    expect(await later(1)).toEqual([{ action: 'api_key.expiring', target: id, days: 1 }])
    expect(await later(dayMs - 1)).toEqual([])
    expect(await later(1)).toEqual([{ action: 'api_key.expired', target: id, days: null }])
    expect(await later(400 * dayMs)).toEqual([])
  })

  test('of a short life is not told before', async () => {
    const { id } = await mint(hourMs)
    expect(await later(hourMs - 1)).toEqual([])
    expect(await later(1)).toEqual([{ action: 'api_key.expired', target: id, days: null }])
  })

  test('is told as it is after nobody could tell for long', async () => {
    const { id } = await mint(30 * dayMs)
    expect(await later(29.5 * dayMs)).toEqual([{ action: 'api_key.expiring', target: id, days: 1 }])
    const other = await mint(20 * dayMs)
    expect(await later(21 * dayMs)).toEqual([
      { action: 'api_key.expired', target: id, days: null },
      { action: 'api_key.expired', target: other.id, days: null },
    ])
  })

  test('that was put off is told anew, that was brought forward from then on', async () => {
    const { id } = await mint(8 * dayMs)
    expect(await later(dayMs)).toHaveLength(1)
    const { keys } = embedded.engine
    await keys.change(caller, id, { expiresAtMs: clock.nowMs() + 30 * dayMs })
    expect(await later(7 * dayMs)).toEqual([])
    expect(await later(16 * dayMs)).toEqual([{ action: 'api_key.expiring', target: id, days: 7 }])
    await keys.change(caller, id, { expiresAtMs: clock.nowMs() + hourMs })
    expect(await later(hourMs)).toEqual([{ action: 'api_key.expired', target: id, days: null }])
  })

  test('is told once although the clock is set back, and as it is where it is set forward', async () => {
    const { id } = await mint(30 * dayMs)
    const seven = { action: 'api_key.expiring', target: id, days: 7 }
    expect(await later(24 * dayMs)).toEqual([seven])
    expect(await later(-20 * dayMs)).toEqual([])
    expect(await later(20 * dayMs)).toEqual([])
    expect(await later(5 * dayMs)).toEqual([{ ...seven, days: 1 }])
    expect(await later(-29 * dayMs)).toEqual([])
    expect(await later(400 * dayMs)).toEqual([{ action: 'api_key.expired', target: id, days: null }])
    expect(await later(-400 * dayMs)).toEqual([])
    expect(await later(800 * dayMs)).toEqual([])
  })

  test('of what was revoked or deleted is not told', async () => {
    const [revoked, deleted] = [await mint(30 * dayMs), await mint(30 * dayMs)]
    await embedded.engine.keys.revoke(caller, revoked.id, {}, null)
    await embedded.engine.keys.delete(caller, deleted.id)
    expect(await later(400 * dayMs)).toEqual([])
    expect(embedded.sqlite.database.prepare('select 1 from api_keys where notice_due_at is not null').all()).toEqual([])
  })

  test('is told of many keys of many organizations, in each one’s own chain', async () => {
    const expiresAtMs = clock.nowMs() + hourMs
    const organizations = await Promise.all(Array.from({ length: 3 }, () => givenMember(embedded.sqlite.storage)))
    for (const [index, { organizationId }] of organizations.entries()) {
      for (let count = 0; count <= index * 60; count += 1) {
        await givenKey(embedded.sqlite.storage, organizationId, { owner, createdAtMs: clock.nowMs(), expiresAtMs })
      }
    }
    await later(hourMs)
    const counts = organizations.map(
      ({ organizationId }) => toldIn(embedded.sqlite.database.prepare(textOf(organizationId)).all()).length,
    )
    expect(counts).toEqual([1, 61, 121])
  })
})

describeWithPostgres('expiry on three nodes at once (PostgreSQL)', () => {
  const nodes = usingPostgresNodes()

  test('is told once of each key, whoever else is at it, and while keys are given more time', async () => {
    const [first] = nodes
    if (first === undefined) throw new Error('There is no node')
    const { storage } = first
    // Longest due first: of keys that are given more time meanwhile nothing needs to be told.
    const organizations = await Promise.all(Array.from({ length: 4 }, () => givenMember(storage)))
    const due: { readonly organizationId: OrganizationId; readonly id: string }[] = []
    const putOff: { readonly number: number; readonly organizationId: OrganizationId; readonly id: string }[] = []
    for (const { organizationId } of organizations) {
      for (let count = 0; count < 70; count += 1) {
        const expiresAtMs = Date.now() - 1_000 - count
        const key = await givenKey(storage, organizationId, {
          owner,
          createdAtMs: expiresAtMs - dayMs / 2,
          expiresAtMs,
        })
        if (count % 10 === 0) putOff.push({ number: key.number, organizationId, id: key.id })
        else due.push({ organizationId, id: key.id })
      }
    }
    const farMs = Date.now() + 400 * dayMs
    await Promise.all([
      ...nodes.flatMap((node) => [whole(expiryJobOn(node.storage)), whole(expiryJobOn(node.storage))]),
      ...putOff.map(({ number, organizationId }) =>
        storage.transaction(organizationId, ({ keys }) => keys.update(number, { expiresAtMs: farMs })),
      ),
    ])
    const client = await first.database.connect('by hand')
    const rows = []
    for (const { organizationId } of organizations) rows.push(...(await client.query(textOf(organizationId))).rows)
    await client.end()
    const targets = toldIn(rows).map(({ target }) => target)
    expect(new Set(targets).size).toBe(targets.length)
    expect(due.filter(({ id }) => !targets.includes(id))).toEqual([])
    expect(targets.filter((target) => !due.some(({ id }) => id === target)).length).toBeLessThanOrEqual(putOff.length)
  })
})
