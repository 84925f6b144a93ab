import { createHash, createHmac, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  ChainWalk,
  chainOrigin,
  checkChain,
  digestPayload,
  linkDigest,
  redactEvent,
  type ChainDigest,
  type ChainEvent,
  type Declaration,
} from './audit-chain.ts'

const chain = 'org_a'
const origin = { sequence: 0, digest: chainOrigin('ins_1') }

/** A chain of events, the n-th of them declaring what `declarations` says. */
function build(length: number, declarations: Readonly<Record<number, Declaration>> = {}): ChainEvent[] {
  const events: ChainEvent[] = []
  let previous: ChainDigest = origin.digest
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const payload = JSON.stringify({ sequence, declares: declarations[sequence] ?? null })
    const salt = new Uint8Array(randomBytes(32))
    const payloadDigest = digestPayload(salt, payload)
    const digest = linkDigest(chain, sequence, payloadDigest, previous)
    const declares = declarations[sequence] ?? null
    events.push({ sequence, payload, salt, payloadDigest, digest, isBuried: false, declares })
    previous = digest
  }
  return events
}

function check(events: readonly ChainEvent[], head: { sequence: number; digest: ChainDigest } | null = null) {
  return checkChain(chain, origin, events, head)
}

function changed(events: readonly ChainEvent[], sequence: number, change: Partial<ChainEvent>): ChainEvent[] {
  return events.map((event) => (event.sequence === sequence ? { ...event, ...change } : event))
}

describe('digests', () => {
  test('are what node:crypto makes of the same bytes', () => {
    const salt = new Uint8Array(randomBytes(32))
    expect(digestPayload(salt, 'ä')).toBe(createHmac('sha256', salt).update('ä').digest('hex'))
    expect(chainOrigin('ins_1')).toBe(createHash('sha256').update('mintmark-audit-v1\nins_1').digest('hex'))
    const previous = origin.digest
    expect(linkDigest(chain, 7, previous, previous)).toBe(
      createHash('sha256').update(`mintmark-audit-v1\norg_a\n7\n${previous}\n${previous}`).digest('hex'),
    )
  })
})

describe('a whole chain', () => {
  test('is whole, also when it is empty', () => {
    expect(check(build(20))).toEqual({ whole: true, checked: 20 })
    expect(check([])).toEqual({ whole: true, checked: 0 })
  })

  test('can be walked page by page', () => {
    const events = build(10)
    const walk = new ChainWalk(chain, origin)
    for (const event of events.slice(0, 4)) expect(walk.step(event)).toBeNull()
    for (const event of events.slice(4)) expect(walk.step(event)).toBeNull()
    expect(walk.end(null)).toEqual({ whole: true, checked: 10 })
  })

  test('ends where its head says', () => {
    const events = build(5)
    const last = events.at(-1)
    const head = { sequence: 5, digest: last?.digest ?? origin.digest }
    expect(check(events, head)).toEqual({ whole: true, checked: 5 })
    expect(check(events.slice(0, 4), head)).toEqual({ whole: false, sequence: 5, fault: 'head_mismatch' })
  })
})

describe('every alteration of every event is named', () => {
  const events = build(40)
  const sequences = events.map((event) => event.sequence)

  test.each([
    ['dropped', 'missing_event', (at: number) => events.filter((event) => event.sequence !== at)],
    ['payload changed', 'undeclared_rewriting', (at: number) => changed(events, at, { payload: '{}' })],
    ['salt changed', 'undeclared_rewriting', (at: number) => changed(events, at, { salt: new Uint8Array(32) })],
    ['payload digest changed', 'digest_altered', (at: number) => changed(events, at, { payloadDigest: origin.digest })],
    ['digest changed', 'digest_altered', (at: number) => changed(events, at, { digest: origin.digest })],
    ['emptied', 'undeclared_erasure', (at: number) => events.map((e) => (e.sequence === at ? redactEvent(e) : e))],
  ] as const)('%s: %s', (_what, fault, alter) => {
    for (const at of sequences) {
      // Dropping the last one shows only against the head.
      const head = { sequence: 40, digest: events[39]?.digest ?? origin.digest }
      const result = checkChain(chain, origin, alter(at), head)
      const expected = fault === 'missing_event' && at === 40 ? 'head_mismatch' : fault
      expect(result).toEqual({ whole: false, sequence: at, fault: expected })
    }
  })

  test('reordered or inserted: the first that is out of place', () => {
    const [first, second] = [events[9], events[10]]
    if (first === undefined || second === undefined) throw new Error('The chain is long enough.')
    const swapped = events.with(9, second).with(10, first)
    expect(check(swapped)).toEqual({ whole: false, sequence: 10, fault: 'missing_event' })
    expect(check(events.toSpliced(9, 0, second))).toEqual({ whole: false, sequence: 10, fault: 'missing_event' })
  })

  test('a chain of another name or installation is none of ours', () => {
    expect(checkChain('org_b', origin, events, null)).toMatchObject({ sequence: 1, fault: 'digest_altered' })
    const elsewhere = { sequence: 0, digest: chainOrigin('ins_2') }
    expect(checkChain(chain, elsewhere, events, null)).toMatchObject({ sequence: 1, fault: 'digest_altered' })
  })
})

describe('a deletion', () => {
  const payload = '{"actor":"tombstone"}'
  const salt = new Uint8Array(32).fill(7)
  const rewritten = [{ sequence: 3, payloadDigest: digestPayload(salt, payload) }]
  const events = build(6, { 5: { erased: [2], rewritten } })
  const applied = events
    .map((event) => (event.sequence === 2 ? redactEvent(event) : event))
    .map((event) => (event.sequence === 3 ? { ...event, payload, salt, isBuried: true } : event))

  test('explains what it emptied and what it rewrote', () => {
    expect(check(applied)).toEqual({ whole: true, checked: 6 })
  })

  test('explains nothing else', () => {
    expect(check(applied.map((event) => (event.sequence === 4 ? redactEvent(event) : event)))).toEqual({
      whole: false,
      sequence: 4,
      fault: 'undeclared_erasure',
    })
    for (const isBuried of [true, false]) {
      const altered = changed(applied, 3, { payload: '{"actor":"another"}', isBuried })
      expect(check(altered)).toEqual({ whole: false, sequence: 3, fault: 'undeclared_rewriting' })
    }
  })

  test('lets an event that was rewritten be emptied later', () => {
    const twice = build(7, { 5: { erased: [2], rewritten }, 6: { erased: [3], rewritten: [] } })
    const empty = twice.map((event) => (event.sequence === 2 || event.sequence === 3 ? redactEvent(event) : event))
    expect(check(empty)).toEqual({ whole: true, checked: 7 })
  })

  test('may itself be neither emptied nor altered: it is named, and not what it declared', () => {
    const emptied = applied.map((event) => (event.sequence === 5 ? { ...redactEvent(event), declares: null } : event))
    expect(check(emptied)).toEqual({ whole: false, sequence: 5, fault: 'undeclared_erasure' })
    for (const isBuried of [false, true]) {
      for (const declares of [null, { erased: [], rewritten: [] }, { erased: [2], rewritten }]) {
        const altered = changed(applied, 5, { payload: '{}', isBuried, declares })
        expect(check(altered)).toEqual({ whole: false, sequence: 5, fault: 'undeclared_rewriting' })
      }
    }
  })

  test('may itself be rewritten by a later one: of the key that did it', () => {
    const buried = [{ sequence: 5, payloadDigest: digestPayload(salt, payload) }]
    const twice = build(8, { 5: { erased: [2], rewritten: [] }, 7: { erased: [], rewritten: buried } })
    const both = twice
      .map((event) => (event.sequence === 2 ? redactEvent(event) : event))
      .map((event) => (event.sequence === 5 ? { ...event, payload, salt, isBuried: true } : event))
    expect(check(both)).toEqual({ whole: true, checked: 8 })
    expect(check(changed(both, 5, { payload: '{}' }))).toMatchObject({ sequence: 5, fault: 'undeclared_rewriting' })
  })

  test('cannot explain what comes after it', () => {
    const late = build(6, { 2: { erased: [4], rewritten: [] } })
    const emptied = late.map((event) => (event.sequence === 4 ? redactEvent(event) : event))
    expect(check(emptied)).toEqual({ whole: false, sequence: 4, fault: 'undeclared_erasure' })
  })
})
