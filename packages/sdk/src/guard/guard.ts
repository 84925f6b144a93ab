import type { Contract, RefusalAnswer } from '@mintmark/core'
import type { Question, Verdict } from '../verdict.ts'
import { readAddress } from './address.ts'
import { contextOf, type GuardContext } from './context.ts'
import { asksForProject, demandOf, mistakesUnder } from './demand.ts'
import { PolicyError, type Policy } from './policy.ts'
import type { ReadCredential } from './presented.ts'
import { limitHeaders, refusalOf, refuse, termless, termsOf, unavailable, unlisted, type Terms } from './refusal.ts'
import { RouteTable, type Match } from './route-table.ts'
import { denialOf } from './thrown.ts'
import { judge, orOutage, Outage, type Verifier } from './verifier.ts'

export type GuardOptions = {
  readonly verifier: Verifier
  readonly policy: Policy
  /** What precedes every path of the policy: `/api/v1`. Default: nothing. */
  readonly prefix?: string
  /**
   * What becomes of a request when Mintmark cannot be asked: `refuse` (the default) answers 503, and a function says who
   * calls, from what the application itself knows, or null to refuse all the same.
   */
  readonly whenUnreachable?: 'refuse' | WhenUnreachable
}

/** A request of which nothing is known but what it claims. */
export type UnjudgedRequest = {
  readonly method: string
  readonly route: string
  readonly params: Readonly<Record<string, string>>
  readonly credential: string
  /** Why nobody could be asked. */
  readonly error: unknown
}

export type WhenUnreachable = (request: UnjudgedRequest) => GuardContext | null | Promise<GuardContext | null>

/** What a guard looks at, whatever framework it stands in. */
export type GuardRequest = {
  readonly method: string
  /** Path and query, exactly as the router behind the guard gets them. */
  readonly target: string
  readonly readCredential: ReadCredential
  /** The client's address, from the socket or from a proxy that is trusted; null: unknown. */
  readonly clientIp: string | null
}

/** Either who calls, or what to answer instead. */
export type Decision = Admitted | Refused

export type Admitted = {
  readonly context: GuardContext
  readonly refusal: null
  /** The limit headers for the answer, whoever makes it: name, value, name, value. */
  readonly headers: readonly string[]
}

export type Refused = {
  readonly context: null
  /** With the limit headers, where there are any. */
  readonly refusal: RefusalAnswer
}

/** Decides on requests, for any framework. */
export type Guard = {
  /**
   * Never refuses by rejecting: it rejects with `PolicyError` for a policy that the contract does not know, and with
   * what the verifier throws that is no outage, so that a mistake is not taken for somebody's fault.
   */
  decide(request: GuardRequest): Promise<Decision>
  /** What to answer to an error that a handler threw, in the contract's dialect, and never with what only a log may tell. */
  answerError(error: unknown): AnsweredError
  /** Reads the contract, and rejects as `decide` would: to be waited for before an application listens. */
  ready(): Promise<void>
}

export type AnsweredError = {
  readonly answer: RefusalAnswer
  /** Whether nobody meant to refuse anything: a fault, to be logged. */
  readonly isFault: boolean
}

/** Told of every error of a handler that is no refusal, and is answered with 500. */
export type OnFault = (error: unknown) => void

/** Throws `PolicyError`. With the engine in this process also for what its contract does not have. */
export function createGuard(options: GuardOptions): Guard {
  return new PolicyGuard(options)
}

class PolicyGuard implements Guard {
  readonly #verifier: Verifier
  readonly #routes: RouteTable
  readonly #whenUnreachable: WhenUnreachable
  #terms: Terms | null = null

  constructor(options: GuardOptions) {
    const { verifier, policy, prefix = '', whenUnreachable = 'refuse' } = options
    this.#verifier = verifier
    this.#routes = new RouteTable(policy, prefix)
    this.#whenUnreachable = whenUnreachable === 'refuse' ? () => null : whenUnreachable
    if (typeof verifier.contract !== 'function') this.#terms = this.#agree(verifier.contract)
  }

  async ready(): Promise<void> {
    await this.#termsNow()
  }

  async decide(request: GuardRequest): Promise<Decision> {
    const terms = this.#terms ?? (await orOutage(() => this.#termsNow()))
    if (terms instanceof Outage) return refuse(termless, unavailable(terms), { hasCredential: true })
    const { credential, isAmbiguous } = request.readCredential(terms.contract.headers)
    if (isAmbiguous) return refuse(terms, { reason: 'ambiguous_credentials' }, { hasCredential: true })
    if (credential === null) return refuse(terms, { reason: 'missing_key' }, { hasCredential: false })
    const match = this.#routes.find(request.method, request.target)
    const question = questionOf(credential, match, request)
    const verdict = await orOutage(() => judge(this.#verifier, question))
    if (verdict instanceof Outage) return this.#endure(terms, match, { ...request, credential, outage: verdict })
    return this.#judge(terms, match, verdict, request)
  }

  answerError(error: unknown): AnsweredError {
    const denial = denialOf(error)
    const { refusal } = refuse(this.#terms ?? termless, denial ?? { reason: 'internal' }, { hasCredential: true })
    return { answer: refusal, isFault: denial === null }
  }

  async #judge(terms: Terms, match: Match, verdict: Verdict, { method }: GuardRequest): Promise<Decision> {
    const context = contextOf(verdict)
    if (!verdict.valid || context === null) return refuse(terms, refusalOf(verdict), { hasCredential: true, verdict })
    if (match.route === null) return refuse(terms, unlisted(match.methods), { hasCredential: true, verdict })
    const { route, params } = match
    if (context.projectId !== null && asksForProject(route.rule, params)) {
      const projectId = await route.rule.projectOf?.({ method, route: route.name, params, context })
      if (projectId !== context.projectId)
        return refuse(terms, { reason: 'not_found' }, { hasCredential: true, verdict })
    }
    return { context, refusal: null, headers: limitHeaders(verdict) }
  }

  /** A route that nobody may call is nobody's in an outage either. */
  async #endure(
    terms: Terms,
    match: Match,
    { method, credential, outage }: { readonly method: string; readonly credential: string; readonly outage: Outage },
  ): Promise<Decision> {
    if (match.route !== null) {
      const { route, params } = match
      const unjudged = { method, route: route.name, params, credential, error: outage.error }
      const context = await this.#whenUnreachable(unjudged)
      if (context !== null) return { context, refusal: null, headers: [] }
    }
    return refuse(terms, unavailable(outage), { hasCredential: true })
  }

  async #termsNow(): Promise<Terms> {
    const { contract } = this.#verifier
    const known = typeof contract === 'function' ? await contract.call(this.#verifier) : contract
    return (this.#terms ??= this.#agree(known))
  }

  #agree(contract: Contract): Terms {
    const mistakes = this.#routes.routes.flatMap((route) => mistakesUnder(contract, route))
    if (mistakes.length > 0) throw new PolicyError(mistakes)
    return termsOf(contract)
  }
}

function questionOf(key: string, match: Match, { clientIp }: GuardRequest): Question {
  const address = clientIp === null ? null : readAddress(clientIp)
  const demand = match.route === null ? {} : demandOf(match.route, match.params)
  return { key, ...demand, ...(address !== null && { clientIp: address }) }
}
