import { builtInContract, type ChainDigest, type OrganizationId } from '@mintmark/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventsOf } from '../../testing/audit-trail.ts'
import {
  createEmbeddedEngine,
  createTestClock,
  type EmbeddedEngine,
  type TestClock,
} from '../../testing/embedded-engine.ts'
import type { CallerIn } from '../caller.ts'
import type { AuditHead } from '../ports/audit.ts'

const dayMs = 86_400_000
const chain = 'acme' as OrganizationId
const keptDays = 30

let clock: TestClock
let embedded: EmbeddedEngine
let inside: CallerIn

const openWith = async (auditRetentionDays: number | null): Promise<void> => {
  clock = createTestClock()
  embedded = await createEmbeddedEngine({ contract: builtInContract, clock, auditRetentionDays })
  await embedded.engine.organizations.create(embedded.host, { id: chain, name: 'Acme' }, null)
  inside = { ...embedded.host, organizationId: chain }
}
afterEach(() => embedded.close())

const act = async (times: number): Promise<void> => {
  for (let count = 0; count < times; count += 1) await embedded.engine.projects.create(inside, { name: 'x' }, null)
}
/** The job, to its end, twice: nothing is done again. */
const forget = async (): Promise<void> => {
  const job = embedded.engine.jobs.find(({ name }) => name === 'audit.forget')
  for (let turn = 0; turn < 2; turn += 1) while (await job?.step());
}
const check = (input: { from?: number; head?: AuditHead } = {}) => embedded.engine.auditEvents.check(inside, input)
const head = () => embedded.engine.auditEvents.head(inside)
/** Past every trigger. */
const tamper = (...texts: readonly string[]): void => {
  const { database } = embedded.sqlite
  database.slice({ bumps: true }, () => {
    for (const { name } of database.prepare("select name from sqlite_master where type = 'trigger'").all()) {
      database.prepare(`drop trigger ${String(name)}`).run()
    }
    for (const text of texts) database.prepare(text).run()
  })
}

describe('events that are older than is kept', () => {
  beforeEach(() => openWith(keptDays))

  test('are deleted, and the chain says so and is whole', async () => {
    await act(3)
    clock.advance(20 * dayMs)
    await act(2)
    await forget()
    expect(await eventsOf(embedded.sqlite, chain)).toHaveLength(6)
    clock.advance(10 * dayMs + 1)
    const before = await eventsOf(embedded.sqlite, chain)
    await forget()
    const left = await eventsOf(embedded.sqlite, chain)
    expect(left.slice(0, 2)).toEqual(before.slice(4))
    expect(left.slice(2)).toEqual([
      expect.objectContaining({
        action: 'audit_events.forgotten',
        actor: { type: 'system', id: 'system' },
        target: { type: 'audit_events', id: 'audit_events' },
        changes: { through: 4, digest: expect.stringMatching(/^[0-9a-f]{64}$/), events: 4 },
      }),
    ])
    expect(await check()).toEqual({ whole: true, checked: 3 })
    expect((await embedded.engine.auditEvents.list(inside, {})).data.map(({ sequence }) => sequence)).toEqual([7, 6, 5])
  })

  test('of any number, of the installation too, and again and again', async () => {
    await act(1_100)
    clock.advance(31 * dayMs)
    await act(1)
    await forget()
    const installation = { ...embedded.host, organizationId: null }
    await embedded.engine.operatorKeys.create(embedded.host, { name: 'old' }, null)
    const told = async () => (await eventsOf(embedded.sqlite, chain)).map((event) => event?.action)
    expect(await told()).toEqual(['project.created', ...Array.from({ length: 3 }, () => 'audit_events.forgotten')])
    clock.advance(31 * dayMs)
    await embedded.engine.operatorKeys.create(embedded.host, { name: 'new' }, null)
    await act(1)
    await forget()
    expect(await told()).toEqual(['project.created', 'audit_events.forgotten'])
    expect(await check()).toEqual({ whole: true, checked: 2 })
    expect(await embedded.engine.auditEvents.check(installation, {})).toEqual({ whole: true, checked: 2 })
  })

  test('where nothing else happens, leave what says so, for good', async () => {
    await act(2)
    clock.advance(31 * dayMs)
    await forget()
    const said = await head()
    for (let month = 0; month < 3; month += 1) {
      clock.advance(31 * dayMs)
      await forget()
    }
    expect(await head()).toEqual(said)
    expect(await check()).toEqual({ whole: true, checked: 1 })
  })

  test('are not missed by a check that is under way', async () => {
    await act(400)
    clock.advance(31 * dayMs)
    await act(50)
    const checking = check()
    await forget()
    await act(1)
    expect(await checking).toMatchObject({ whole: true })
  })

  test('cannot be held against a head of before any more; later ones can', async () => {
    const { auditEvents } = embedded.engine
    await act(1)
    const early = { chain, ...(await head()) }
    await act(2)
    const last = { chain, ...(await head()) }
    clock.advance(31 * dayMs)
    await act(1)
    const late = { chain, ...(await head()) }
    await forget()
    expect(await auditEvents.compare([early, last, late])).toEqual([
      { chain, outcome: 'forgotten', sequence: last.sequence },
      { chain, outcome: 'passes' },
      { chain, outcome: 'passes' },
    ])
    const forged = { ...last, digest: '0'.repeat(64) as ChainDigest }
    expect(await auditEvents.compare([forged])).toEqual([{ chain, outcome: 'differs', sequence: last.sequence }])
    for (const known of [last, late]) expect(await check({ head: known })).toMatchObject({ whole: true })
    expect(await check({ head: forged })).toMatchObject({ sequence: last.sequence, fault: 'head_mismatch' })
    await expect(check({ head: early })).rejects.toMatchObject({ reason: 'invalid_request' })
  })

  test('may be named as where to begin: it begins with what there is', async () => {
    await act(5)
    clock.advance(31 * dayMs)
    await act(3)
    await forget()
    for (const from of [1, 3, 6, 7]) expect(await check({ from })).toEqual({ whole: true, checked: 4 })
    expect(await check({ from: 9 })).toEqual({ whole: true, checked: 2 })
    await expect(check({ from: 99 })).rejects.toMatchObject({ reason: 'invalid_request' })
  })

  test.each<[string, readonly string[], number, string]>([
    ['more of it is gone', ['delete from audit_events where chain = ? and sequence = 7'], 7, 'missing_event'],
    ['what said so is gone', ['delete from audit_events where chain = ? and sequence = 10'], 1, 'missing_event'],
    [
      'what says so says something else',
      [`update audit_events set payload = replace(payload, '"through":6', '"through":7') where chain = ?`],
      10,
      'undeclared_rewriting',
    ],
    [
      'what says so gives another digest',
      [`update audit_events set payload = replace(payload, '"digest":"', '"digest":"0') where chain = ?`],
      10,
      'undeclared_rewriting',
    ],
    [
      'what says so has another digest itself',
      [`update audit_events set payload_digest = '${'0'.repeat(64)}' where chain = ? and sequence = 10`],
      10,
      'digest_altered',
    ],
    [
      'another says so, and is none of ours',
      [
        `update audit_events set action = 'audit_events.forgotten', target_id = 'audit_events' where chain = ? and sequence = 9`,
      ],
      9,
      'columns_altered',
    ],
  ])('are missed where %s', async (_, texts, sequence, fault) => {
    await act(5)
    clock.advance(31 * dayMs)
    await act(3)
    await forget()
    expect(await check()).toEqual({ whole: true, checked: 4 })
    tamper(...texts.map((text) => text.replace('?', `'${chain}'`)))
    expect(await check()).toMatchObject({ whole: false, sequence, fault })
  })
})

describe('without a retention', () => {
  beforeEach(() => openWith(null))

  test('nothing is deleted, and whatever is gone is missing', async () => {
    await act(5)
    clock.advance(4_000 * dayMs)
    expect(embedded.engine.jobs.map(({ name }) => name)).not.toContain('audit.forget')
    tamper(`delete from audit_events where chain = '${chain}' and sequence < 3`)
    expect(await check()).toMatchObject({ whole: false, sequence: 1, fault: 'missing_event' })
  })
})
