/**
 * Something that a credential can do and that can be taken from it for good: `sec_… is live`,
 * `key_… may projects:write`. What is given back later (a suspension that is lifted) is another claim, by another name.
 */
export type Claim = string

/** What an answer said about a claim. */
export type Outcome =
  | 'accepted'
  /** No; but nothing was said of later. */
  | 'refused'
  /** No, and never again (`key_revoked`): it binds every later answer as the acknowledgement of an ending does. */
  | 'refused for good'
  /** Neither yes nor no: an outage, a window that was full, no answer at all. */
  | 'undecided'

/**
 * What one coordinator saw, by its one clock (`process.hrtime.bigint()`), in the order in which it saw it: an ending
 * begins when its request is sent, has ended when its 2xx has arrived, and a verification is told of at its answer.
 * An ending without a 2xx may or may not have happened.
 */
export type RevocationEvent =
  | { readonly type: 'ending'; readonly claim: Claim; readonly atNs: bigint }
  | { readonly type: 'ended'; readonly claim: Claim; readonly atNs: bigint; readonly by: string }
  | {
      readonly type: 'verified'
      readonly claim: Claim
      readonly sentAtNs: bigint
      readonly atNs: bigint
      readonly outcome: Outcome
      /** Where and how, for whoever reads a violation. */
      readonly by: string
    }

type Verified = RevocationEvent & { readonly type: 'verified' }

export type Violation = {
  /** `accepted late`: sent after the claim's end was known. `refused early`: answered before any ending began. */
  readonly kind: 'accepted late' | 'refused early'
  readonly claim: Claim
  /** What the end was known from; null for `refused early`. */
  readonly end: { readonly atNs: bigint; readonly by: string } | null
  readonly verification: Pick<Verified, 'sentAtNs' | 'atNs' | 'outcome' | 'by'>
}

/**
 * Whether revoked means revoked. One pass, constant work an event, memory by the number of claims.
 * Sound on any history: it blames only what no order of the requests inside their own spans of time can explain.
 * Throws `RangeError` when the events are not in the order of the clock.
 */
export function* findViolations(events: Iterable<RevocationEvent>): Generator<Violation> {
  const begun = new Set<Claim>()
  const ends = new Map<Claim, { readonly atNs: bigint; readonly by: string }>()
  let latestNs = 0n
  for (const event of events) {
    if (event.atNs < latestNs) throw new RangeError('The events are not in the order in which they were seen.')
    latestNs = event.atNs
    const { claim, atNs } = event
    if (event.type === 'ending') begun.add(claim)
    else if (event.type === 'ended') noteEnd(ends, claim, { atNs, by: event.by })
    else {
      const kind = blame(event, ends.get(claim)?.atNs ?? null, begun.has(claim))
      const end = ends.get(claim) ?? null
      if (kind !== null) yield { kind, claim, end, verification: event }
      if (event.outcome === 'refused for good') noteEnd(ends, claim, { atNs, by: event.by })
    }
  }
}

function blame(event: Verified, endNs: bigint | null, hasBegun: boolean): Violation['kind'] | null {
  switch (event.outcome) {
    case 'accepted':
      return endNs !== null && event.sentAtNs > endNs ? 'accepted late' : null
    case 'refused':
    case 'refused for good':
      return hasBegun || endNs !== null ? null : 'refused early'
    case 'undecided':
      return null
  }
}

/** The first knowledge of an end is the strictest. */
function noteEnd(
  ends: Map<Claim, { readonly atNs: bigint; readonly by: string }>,
  claim: Claim,
  end: { readonly atNs: bigint; readonly by: string },
): void {
  if (!ends.has(claim)) ends.set(claim, end)
}

/** How much a history says: what saw no answer before and none after an end has checked nothing. */
export type Coverage = {
  readonly ended: number
  readonly decidedBefore: number
  /** Sent before the end was known and answered after its request was sent: either answer is right. */
  readonly around: number
  /** Sent after the end was known, and decided. */
  readonly decidedAfter: number
  readonly undecided: number
}

/** Counts, in one pass, what `findViolations` could judge. */
export function coverageOf(events: Iterable<RevocationEvent>): Coverage {
  const begun = new Set<Claim>()
  const ends = new Map<Claim, bigint>()
  const coverage = { ended: 0, decidedBefore: 0, around: 0, decidedAfter: 0, undecided: 0 }
  for (const event of events) {
    if (event.type === 'ending') begun.add(event.claim)
    else if (event.type === 'ended') {
      coverage.ended += 1
      ends.set(event.claim, event.atNs)
    } else coverage[placeOf(event, ends.get(event.claim) ?? null, begun.has(event.claim))] += 1
  }
  return coverage
}

function placeOf(event: Verified, endNs: bigint | null, hasBegun: boolean): Exclude<keyof Coverage, 'ended'> {
  if (event.outcome === 'undecided') return 'undecided'
  if (endNs !== null && event.sentAtNs > endNs) return 'decidedAfter'
  return hasBegun ? 'around' : 'decidedBefore'
}
