import type { Answer } from './client.ts'
import type { Claim, Outcome, RevocationEvent } from './revocation-checker.ts'

/** Writes down what the coordinator saw, by its one clock, at the instant at which it saw it. */
export class RevocationHistory {
  readonly events: RevocationEvent[] = []

  /** Sends an ending of these claims. True when it was acknowledged; no answer at all is no acknowledgement. */
  async end(claims: readonly Claim[], by: string, act: () => Promise<Answer>): Promise<boolean> {
    const sentAtNs = process.hrtime.bigint()
    for (const claim of claims) this.events.push({ type: 'ending', claim, atNs: sentAtNs })
    const answer = await act().catch(() => null)
    const isAcknowledged = answer !== null && answer.status >= 200 && answer.status < 300
    if (!isAcknowledged) return false
    const atNs = process.hrtime.bigint()
    for (const claim of claims) this.events.push({ type: 'ended', claim, atNs, by })
    return true
  }

  /** Asks once about a claim. */
  async verify(claim: Claim, by: string, ask: () => Promise<Outcome>): Promise<Outcome> {
    const sentAtNs = process.hrtime.bigint()
    const outcome = await ask().catch((): Outcome => 'undecided')
    this.events.push({ type: 'verified', claim, sentAtNs, atNs: process.hrtime.bigint(), outcome, by })
    return outcome
  }
}
