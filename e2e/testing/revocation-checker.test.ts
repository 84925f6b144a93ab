import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { coverageOf, findViolations, type Outcome, type RevocationEvent } from './revocation-checker.ts'

const ending = (atNs: number, claim = 'a'): RevocationEvent => ({ type: 'ending', claim, atNs: BigInt(atNs) })
const ended = (atNs: number, claim = 'a'): RevocationEvent => ({
  type: 'ended',
  claim,
  atNs: BigInt(atNs),
  by: 'revoke',
})
const verified = (sentAtNs: number, atNs: number, outcome: Outcome, claim = 'a'): RevocationEvent => ({
  type: 'verified',
  claim,
  sentAtNs: BigInt(sentAtNs),
  atNs: BigInt(atNs),
  outcome,
  by: 'node 1',
})
const kinds = (...events: RevocationEvent[]): string[] => [...findViolations(events)].map(({ kind }) => kind)

test('what was sent after the acknowledgement may not be accepted', () => {
  expect(kinds(ending(10), ended(20), verified(21, 30, 'accepted'))).toEqual(['accepted late'])
  expect(kinds(ending(10), ended(20), verified(21, 30, 'refused'))).toEqual([])
})

test('what was sent before the acknowledgement may be accepted, however late its answer is', () => {
  expect(kinds(ending(10), ended(20), verified(15, 900, 'accepted'))).toEqual([])
  expect(kinds(ending(10), ended(20), verified(20, 900, 'accepted'))).toEqual([])
})

test('an answer that says "for good" binds all that is sent after it, without any acknowledgement', () => {
  expect(kinds(ending(10), verified(11, 12, 'refused for good'), verified(13, 14, 'accepted'))).toEqual([
    'accepted late',
  ])
  expect(kinds(ending(10), verified(11, 14, 'refused for good'), verified(13, 15, 'accepted'))).toEqual([])
  expect(kinds(ending(10), verified(11, 12, 'refused'), verified(13, 14, 'accepted'))).toEqual([])
})

test('an ending that was not acknowledged may have happened or not', () => {
  expect(
    kinds(ending(10), verified(20, 30, 'accepted'), verified(40, 50, 'refused'), verified(60, 70, 'accepted')),
  ).toEqual([])
})

test('a refusal before any ending began is a wrong one', () => {
  expect(kinds(verified(1, 2, 'refused'), ending(10))).toEqual(['refused early'])
  expect(kinds(verified(1, 2, 'refused for good'))).toEqual(['refused early'])
  expect(kinds(verified(1, 2, 'undecided'), ending(10), verified(3, 12, 'refused'))).toEqual([])
})

test('the first knowledge of an end counts: a second acknowledgement, later, excuses nothing', () => {
  expect(kinds(ending(10), ended(20), ending(26), verified(25, 35, 'accepted'), ended(40))).toEqual(['accepted late'])
})

test('claims are judged apart', () => {
  expect(kinds(ending(10, 'a'), ended(20, 'a'), verified(30, 40, 'accepted', 'b'))).toEqual([])
})

test('a violation tells what was known, and from where', () => {
  expect([...findViolations([ending(10), ended(20), verified(21, 30, 'accepted')])]).toEqual([
    {
      kind: 'accepted late',
      claim: 'a',
      end: { atNs: 20n, by: 'revoke' },
      verification: expect.objectContaining({ sentAtNs: 21n, atNs: 30n, by: 'node 1' }),
    },
  ])
})

test('a history out of order is no history', () => {
  expect(() => kinds(ended(20), verified(5, 10, 'accepted'))).toThrow(RangeError)
})

test('coverage tells how much of a history was judged', () => {
  const events = [
    verified(1, 2, 'accepted'),
    ending(10),
    verified(9, 11, 'accepted'),
    verified(12, 13, 'undecided'),
    ended(20),
    verified(15, 21, 'refused'),
    verified(30, 31, 'refused'),
  ]
  expect(coverageOf(events)).toEqual({ ended: 1, decidedBefore: 1, around: 2, decidedAfter: 1, undecided: 1 })
})

/** An authority that decides each request at one instant inside its span. */
const requests = fc.array(
  fc.record({
    claim: fc.constantFrom('a', 'b'),
    isEnding: fc.boolean(),
    sentAt: fc.nat(100),
    toDecision: fc.nat(20),
    toAnswer: fc.nat(20),
  }),
  { maxLength: 40 },
)
type Request = { claim: string; isEnding: boolean; sentAt: number; toDecision: number; toAnswer: number }

/** `staleness`: how old the state is that a verification is decided by. */
function historyOf(all: readonly Request[], staleness: number): RevocationEvent[] {
  const decidedAt = (request: Request): number => request.sentAt + request.toDecision
  const events = all.flatMap((request): RevocationEvent[] => {
    const { claim, sentAt } = request
    const answeredAt = decidedAt(request) + request.toAnswer
    if (request.isEnding) return [ending(sentAt, claim), ended(answeredAt, claim)]
    const known = decidedAt(request) - staleness
    const isOver = all.some((other) => other.isEnding && other.claim === claim && decidedAt(other) <= known)
    return [verified(sentAt, answeredAt, isOver ? 'refused for good' : 'accepted', claim)]
  })
  // At one instant whatever may excuse an answer comes first.
  const rank = { ending: 0, verified: 1, ended: 2 }
  return events.sort((one, other) => Number(one.atNs - other.atNs) || rank[one.type] - rank[other.type])
}

test('an authority that decides at one instant is never blamed', () => {
  fc.assert(fc.property(requests, (all) => [...findViolations(historyOf(all, 0))].length === 0))
})

test('an authority that lags behind is blamed whenever the lag shows', () => {
  const revokedThenAsked = [
    { claim: 'a', isEnding: true, sentAt: 0, toDecision: 1, toAnswer: 1 },
    { claim: 'a', isEnding: false, sentAt: 3, toDecision: 1, toAnswer: 1 },
  ]
  expect(kinds(...historyOf(revokedThenAsked, 5))).toEqual(['accepted late'])
})
