import { randomBytes } from 'node:crypto'
import { createId } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { Turn } from '../../engine/ports/dispatch.ts'
import type { Storage } from '../../engine/ports/storage.ts'
import type { Webhook } from '../../engine/ports/webhooks.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { sampleOutboxEvent } from '../contract/storage-outbox.ts'
import { givenMember, givenWebhook, startMs } from '../contract/storage-samples.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

const createDeliveryId = () => createId('dlv', randomBytes)
const hearsAll = () => true

/** Organizations with a webhook each, for which an event waits. */
async function givenWaiting(storage: Storage, count: number): Promise<readonly Webhook[]> {
  const webhooks = []
  for (let index = 0; index < count; index += 1) {
    const { organizationId } = await givenMember(storage)
    webhooks.push(await givenWebhook(storage, organizationId))
    await storage.transaction(organizationId, async ({ outbox }) =>
      outbox.append(organizationId, [sampleOutboxEvent()]),
    )
  }
  return webhooks
}

const fanOut = async (storage: Storage, limit = 100): Promise<number> =>
  storage.transaction('every-organization', async ({ dispatch }) => dispatch.fanOut(limit, hearsAll, createDeliveryId))

const take = async (storage: Storage, lease: string, options: { nowMs?: number; limit?: number } = {}) =>
  storage.transaction('every-organization', async ({ dispatch }) => {
    const { nowMs = startMs, limit = 100 } = options
    return dispatch.take({ lease, nowMs, untilMs: nowMs + 1_000, failing: false, limit, perWebhook: 8 })
  })

const numbersOf = (turns: readonly Turn[]): readonly number[] =>
  turns.map(({ webhook }) => webhook.number).toSorted((left, right) => left - right)

describeWithPostgres('several nodes share the work', () => {
  const onTwoNodes = async (work: (one: Storage, other: Storage) => Promise<void>): Promise<void> => {
    const url = await testDatabaseUrl()
    const open = async () => openPostgres({ url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
    const [one, other] = [await open(), await open()]
    await work(one.storage, other.storage)
    await one.close()
    await other.close()
  }

  test('what one is about to hand out, or to take, another passes over and does not wait for', async () => {
    await onTwoNodes(async (one, other) => {
      const webhooks = await givenWaiting(one, 5)
      await one.transaction('every-organization', async ({ dispatch }) => {
        expect(await dispatch.fanOut(2, hearsAll, createDeliveryId)).toBe(2)
        expect(await fanOut(other)).toBe(3)
      })
      expect(await fanOut(other)).toBe(0)
      const turns = { nowMs: startMs, untilMs: startMs + 1_000, failing: false, perWebhook: 8 }
      await one.transaction('every-organization', async ({ dispatch }) => {
        const mine = await dispatch.take({ ...turns, lease: 'one', limit: 2 })
        const theirs = await take(other, 'other')
        expect([mine.length, theirs.length]).toEqual([2, 3])
        expect(numbersOf([...mine, ...theirs])).toEqual(webhooks.map(({ number }) => number))
      })
    })
  })

  test('of any that a transaction gave up, nothing is handed out twice', async () => {
    await onTwoNodes(async (one, other) => {
      const [webhook] = await givenWaiting(one, 1)
      const undone = one.transaction('every-organization', async ({ dispatch }) => {
        await dispatch.fanOut(1, hearsAll, createDeliveryId)
        throw new Error('undone')
      })
      await expect(undone).rejects.toThrow('undone')
      expect(await fanOut(other)).toBe(1)
      expect((await take(other, 'other'))[0]).toMatchObject({ webhook, due: [expect.anything()] })
    })
  })

  test('a node that died is followed by another when its lease has ended, and not before', async () => {
    await onTwoNodes(async (one, other) => {
      const [webhook] = await givenWaiting(one, 1)
      await fanOut(one)
      expect(await take(one, 'dead')).toHaveLength(1)
      expect(await take(other, 'next', { nowMs: startMs + 999 })).toEqual([])
      expect(await take(other, 'next', { nowMs: startMs + 1_000 })).toMatchObject([{ webhook }])
    })
  })
})

describe('the one process on SQLite', () => {
  test('knows that whoever held a turn before it is dead', async () => {
    const opened = await openSqlite({
      file: ':memory:',
      clock: { nowMs: Date.now },
      random: randomBytes,
      onFatal: (error) => {
        throw error
      },
    })
    const [webhook] = await givenWaiting(opened.storage, 1)
    await fanOut(opened.storage)
    expect(await take(opened.storage, 'before')).toHaveLength(1)
    expect(await take(opened.storage, 'before')).toEqual([])
    expect(await take(opened.storage, 'after')).toMatchObject([{ webhook }])
    await opened.close()
  })
})
