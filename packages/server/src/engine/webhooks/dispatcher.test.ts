import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtInContract } from '@mintmark/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createEmbeddedEngine,
  createTestClock,
  type EmbeddedEngine,
  type TestClock,
} from '../../testing/embedded-engine.ts'
import type { CallerIn } from '../caller.ts'
import type { OutgoingRequest, SendWebhook } from '../ports/webhook-sender.ts'
import type { TakenTurn } from './dispatcher.ts'

const contract = builtInContract
const url = 'https://hooks.invalid/'
const never = new AbortController().signal
const everything = { answering: 100, failing: 100 }

let clock: TestClock
let embedded: EmbeddedEngine
let operator: CallerIn
let sent: OutgoingRequest[]

/** A receiver that takes everything. */
const take: SendWebhook = async (request) => {
  sent.push(request)
  return { status: 200, body: '', error: null }
}

async function createOrganization({ engine, host }: EmbeddedEngine): Promise<CallerIn> {
  const { value } = await engine.organizations.create(host, { name: 'Example' }, null)
  return { ...host, organizationId: value.id }
}

beforeEach(async () => {
  sent = []
  clock = createTestClock()
  embedded = await createEmbeddedEngine({ contract, clock })
  operator = await createOrganization(embedded)
})
afterEach(() => embedded.close())

const listen = async (caller = operator): Promise<string> =>
  (await embedded.engine.webhooks.create(caller, { url, events: ['project.*'] }, null)).value.id
const happen = async (caller = operator): Promise<unknown> =>
  embedded.engine.projects.create(caller, { name: 'Site' }, null)
const onlyTurn = (turns: readonly TakenTurn[]): TakenTurn => {
  const [turn] = turns
  if (turn === undefined || turns.length > 1) throw new Error(`There are ${turns.length} turns`)
  return turn
}

test('a webhook hears nothing of what happened before it was made, though it was not handed out yet', async () => {
  const before = await listen()
  await happen()
  clock.advance(1)
  const after = await listen()
  await happen()
  const turns = await embedded.engine.dispatcher.take(everything)
  const heard = Object.fromEntries(turns.map(({ turn }) => [turn.webhook.id, turn.due.length]))
  expect(heard).toEqual({ [before]: 2, [after]: 1 })
})

test('no more turns are taken than are asked for, of those that answer and of those that do not', async () => {
  const { dispatcher } = embedded.engine
  for (let count = 0; count < 5; count += 1) {
    await listen()
    await happen()
  }
  const turns = await dispatcher.take({ answering: 3, failing: 100 })
  expect(turns).toHaveLength(3)
  for (const turn of turns) await dispatcher.run(turn, async () => ({ status: 500, body: '', error: null }), never)
  clock.advance(6_001)
  expect(await dispatcher.take({ answering: 100, failing: 1 })).toHaveLength(2 + 1)
  expect(await dispatcher.take({ answering: 100, failing: 0 })).toEqual([])
  const left = await dispatcher.take({ answering: 100, failing: 100 })
  // One that does not answer is sent one event at a time, whatever waits for it.
  expect(left.map(({ turn }) => turn.due.length)).toEqual([1, 1])
})

test('a turn sends eight at a time, and says that there may be more', async () => {
  const { dispatcher } = embedded.engine
  await listen()
  for (let count = 0; count < 11; count += 1) await happen()
  const sizes = []
  let mayHaveMore = true
  while (mayHaveMore) {
    const turn = onlyTurn(await dispatcher.take(everything))
    sizes.push(turn.turn.due.length)
    mayHaveMore = await dispatcher.run(turn, take, never)
  }
  expect(sizes).toEqual([8, 3])
  expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(11)
  expect(await dispatcher.take(everything)).toEqual([])
})

test('a turn that is cut short is given up: it is due at once, with no attempt made', async () => {
  const { dispatcher } = embedded.engine
  await listen()
  await happen()
  const stopping = new AbortController()
  const hanging: SendWebhook = async (_, signal) => {
    stopping.abort(new Error('stopped'))
    signal.throwIfAborted()
    return { status: 200, body: '', error: null }
  }
  const running = dispatcher.run(onlyTurn(await dispatcher.take(everything)), hanging, stopping.signal)
  await expect(running).rejects.toThrow('stopped')
  const { turn } = onlyTurn(await dispatcher.take(everything))
  expect(turn.due).toMatchObject([{ attempt: 0 }])
})

describe('a webhook that is given another address while something is on its way to the one before', () => {
  const answering =
    (id: string, status: number): SendWebhook =>
    async (request) => {
      sent.push(request)
      await embedded.engine.webhooks.change(operator, id, { url: 'https://elsewhere.invalid/' })
      return { status, body: '', error: null }
    }

  test('is not switched off because that one is gone', async () => {
    const { dispatcher, webhooks } = embedded.engine
    const id = await listen()
    await happen()
    await dispatcher.run(onlyTurn(await dispatcher.take(everything)), answering(id, 410), never)
    expect(await webhooks.get(operator, id)).toMatchObject({ status: 'enabled', url: 'https://elsewhere.invalid/' })
    await happen()
    await dispatcher.run(onlyTurn(await dispatcher.take(everything)), take, never)
    expect(sent.map((request) => request.url)).toEqual([url, 'https://elsewhere.invalid/'])
  })

  test('has not failed yet', async () => {
    const { dispatcher } = embedded.engine
    const id = await listen()
    await happen()
    await dispatcher.run(onlyTurn(await dispatcher.take(everything)), answering(id, 500), never)
    clock.advance(6_001)
    const { turn } = onlyTurn(await dispatcher.take({ answering: 1, failing: 0 }))
    expect(turn.health).toEqual({ failures: 0, failingSinceMs: null })
  })
})

test('another address begins without the failures of the one before', async () => {
  const { dispatcher, webhooks } = embedded.engine
  const id = await listen()
  await happen()
  const failing: SendWebhook = async () => ({ status: 500, body: '', error: null })
  await dispatcher.run(onlyTurn(await dispatcher.take(everything)), failing, never)
  clock.advance(6_001)
  expect(await dispatcher.take({ answering: 1, failing: 0 })).toEqual([])
  await webhooks.change(operator, id, { url: 'https://elsewhere.invalid/' })
  expect(await dispatcher.take({ answering: 1, failing: 0 })).toHaveLength(1)
})

describe('a webhook whose secret is sealed under a pepper that this node was not given', () => {
  test('is left to others: nothing is sent, and no attempt is spent', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mintmark-dispatcher-'))
    const file = join(directory, 'mintmark.db')
    const errors: unknown[] = []
    const open = async (current: Uint8Array): Promise<EmbeddedEngine> =>
      createEmbeddedEngine({
        contract,
        clock,
        file,
        peppers: { current, previous: null },
        onError: (error) => errors.push(error),
      })
    const pepper = randomBytes(32)
    const knowing = await open(pepper)
    const caller = await createOrganization(knowing)
    await knowing.engine.webhooks.create(caller, { url, events: ['project.*'] }, null)
    await knowing.engine.projects.create(caller, { name: 'Site' }, null)
    await knowing.close()

    const unknowing = await open(randomBytes(32))
    const turn = onlyTurn(await unknowing.engine.dispatcher.take(everything))
    expect(await unknowing.engine.dispatcher.run(turn, take, never)).toBe(false)
    expect([sent, errors.length]).toEqual([[], 1])
    clock.advance(60_000)
    expect(await unknowing.engine.dispatcher.take(everything), 'it is not asked again and again').toEqual([])
    await unknowing.close()

    clock.advance(4 * 60_000)
    const again = await open(pepper)
    const next = onlyTurn(await again.engine.dispatcher.take(everything))
    expect(next.turn.due).toMatchObject([{ attempt: 0 }])
    await again.engine.dispatcher.run(next, take, never)
    expect(sent).toHaveLength(1)
    await again.close()
    rmSync(directory, { recursive: true })
  })
})

test('a webhook that failed twice, days apart, with nothing to try again between, is not switched off', async () => {
  const { dispatcher, keys, webhooks } = embedded.engine
  const { value: webhook } = await webhooks.create(operator, { url, events: ['api_key.created'] }, null)
  const fail: SendWebhook = async () => ({ status: 500, body: '', error: null })
  for (let count = 0; count < 2; count += 1) {
    const { value: key } = await keys.mint(operator, { name: 'ci', owner: 'organization', role: 'member' }, null)
    await dispatcher.run(onlyTurn(await dispatcher.take(everything)), fail, never)
    // What was to be told of it is erased with it.
    await keys.delete(operator, key.id)
    clock.advance(5 * 86_400_000)
    const empty = onlyTurn(await dispatcher.take(everything))
    expect(empty.turn.due).toEqual([])
    await dispatcher.run(empty, fail, never)
  }
  expect(await webhooks.get(operator, webhook.id)).toMatchObject({ status: 'enabled' })
})
