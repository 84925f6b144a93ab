import { builtInContract } from '@mintmark/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createClock } from '../system.ts'
import { createEmbeddedEngine, type EmbeddedEngine } from '../testing/embedded-engine.ts'
import { hostCaller, type CallerIn } from './caller.ts'
import type { RefusedError } from './refused.ts'

const startMs = Date.UTC(2027, 0, 31)
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const origin = { requestId: 'test', ip: null }

let systemMs: number
let embedded: EmbeddedEngine
let operator: CallerIn

beforeEach(async () => {
  systemMs = startMs
  embedded = await createEmbeddedEngine({ contract: builtInContract, clock: createClock(() => systemMs) })
  const { value } = await embedded.engine.organizations.create(embedded.host, { name: 'Example' }, null)
  operator = { ...hostCaller(value.id, origin), organizationId: value.id }
})
afterEach(() => embedded.close())

async function mint(expiresAtMs: number | null): Promise<{ readonly id: string; readonly key: string }> {
  const input = { name: 'expiring', owner: 'organization', role: 'admin', expiresAtMs } as const
  const { value } = await embedded.engine.keys.mint(operator, input, null)
  return { id: value.id, key: value.key ?? '' }
}

async function reasonOf(key: string): Promise<string | null> {
  return (await embedded.engine.verify({ key })).reason
}

async function session(ttlSeconds: number): Promise<string> {
  const { engine, host } = embedded
  const { organizationId } = operator
  await engine.members.sync(host, organizationId, 'ada', { role: 'admin' })
  const { value } = await engine.sessions.create(host, { organizationId, userId: 'ada', ttlSeconds }, null)
  return value.token ?? ''
}

describe('what has an end', () => {
  test('is good until the millisecond before it, and not at it', async () => {
    const { key } = await mint(startMs + hourMs)
    const token = await session(3600)
    systemMs = startMs + hourMs - 1
    expect(await reasonOf(key)).toBeNull()
    expect(await reasonOf(token)).toBeNull()
    systemMs = startMs + hourMs
    expect(await reasonOf(key)).toBe('key_expired')
    expect(await reasonOf(token)).toBe('session_expired')
  })

  test('that was replaced works until its overlap ends, and not at that instant', async () => {
    const { id, key } = await mint(null)
    const rotated = await embedded.engine.keys.rotate(operator, id, { overlapSeconds: 60 }, null)
    systemMs = startMs + 59_999
    expect(await reasonOf(key)).toBeNull()
    systemMs = startMs + 60_000
    expect(await reasonOf(key)).toBe('key_revoked')
    expect(await reasonOf(rotated.value.key ?? '')).toBeNull()
  })

  test('that has come stays come while the clock is set back', async () => {
    const { id, key } = await mint(startMs + hourMs)
    const token = await session(3600)
    systemMs = startMs + hourMs
    expect(await reasonOf(key)).toBe('key_expired')
    for (systemMs of [startMs + hourMs - 1, startMs - 400 * dayMs, 0]) {
      expect(await reasonOf(key)).toBe('key_expired')
      expect(await reasonOf(token)).toBe('session_expired')
      expect((await embedded.engine.keys.get(operator, id)).status).toBe('expired')
    }
  })

  test('is not moved by a clock that is set back before it has come', async () => {
    const { key } = await mint(startMs + hourMs)
    systemMs = startMs - dayMs
    expect(await reasonOf(key)).toBeNull()
    systemMs = startMs + hourMs
    expect(await reasonOf(key)).toBe('key_expired')
  })
})

describe('an end that cannot be', () => {
  test.each([
    ['now', startMs],
    ['past', startMs - 1],
    ['before 1970', -1],
    ['no number', Number.NaN],
    ['never', Number.POSITIVE_INFINITY],
    ['2^53', 2 ** 53],
    ['the year 10000', Date.UTC(10_000, 0, 1)],
    ['a fraction', startMs + 0.5 + hourMs],
  ])('%s, is refused at minting and at changing', async (_, expiresAtMs) => {
    const refusal = expect.objectContaining<Partial<RefusedError>>({ reason: 'invalid_request' })
    await expect(mint(expiresAtMs)).rejects.toEqual(refusal)
    const { id, key } = await mint(startMs + dayMs)
    await expect(embedded.engine.keys.change(operator, id, { expiresAtMs })).rejects.toEqual(refusal)
    expect(await reasonOf(key)).toBeNull()
  })

  test('the last millisecond of the year 9999 can', async () => {
    const { id, key } = await mint(Date.UTC(9999, 11, 31, 23, 59, 59, 999))
    expect((await embedded.engine.keys.get(operator, id)).expiresAt).toBe('9999-12-31T23:59:59.999Z')
    expect(await reasonOf(key)).toBeNull()
  })
})
