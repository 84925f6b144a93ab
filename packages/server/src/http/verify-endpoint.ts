import { parseChosenId, statusOf, type Refusal } from '@mintmark/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CredentialDigests } from '../engine/credential-digests.ts'
import { invalid, invalidFields, RefusedError } from '../engine/refused.ts'
import type { Question, Verdict } from '../engine/verify.ts'
import { whenReady } from '../engine/when-ready.ts'
import { readBodyText, type BodyText } from './body-text.ts'
import { ownHeaders, readHeaders, type RequestHeaders } from './credential.ts'
import { announcedBytes, maxBodyBytes, sendAscii, type Exchange } from './exchange.ts'
import { isJson } from './json-body.ts'
import type { LaneParts } from './lane-parts.ts'
import { answering, createRefuser, type Refuser } from './lane-refusal.ts'
import { rememberDigests } from './remembered-digests.ts'
import type { Turn } from './turn.ts'
import { userAgentOf } from './user-agent.ts'
import { writeVerdict } from './verify-answer.ts'
import { readVerifyRequest } from './verify-request.ts'

/**
 * `POST /v1/verify`. Mistakes are told in the order of API.md section 3, so the operator key comes before the body; the
 * body is read first all the same, because an operator is looked up only when there is something to decide.
 */
export class VerifyEndpoint {
  readonly #parts: LaneParts
  readonly #turn: Turn
  readonly #refuser: Refuser
  readonly #digestsOf: ReturnType<typeof rememberDigests>

  constructor(parts: LaneParts, turn: Turn) {
    this.#parts = parts
    this.#turn = turn
    this.#refuser = createRefuser('problem', parts)
    this.#digestsOf = rememberDigests(parts.engine.recognise)
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const headers = readHeaders(request.rawHeaders, ownHeaders)
    const announced = announcedBytes(request)
    const isSmall = announced !== null && announced <= maxBodyBytes
    const exchange: Exchange = {
      request,
      response,
      requestId: this.#parts.createRequestId(),
      startedAtMs: performance.now(),
      closes: !isSmall,
      always: this.#parts.always,
    }
    const { credential } = headers
    if (headers.isAmbiguous) {
      this.#refuser.refuse(exchange, { reason: 'ambiguous_credentials' }, { hasCredential: true })
      return
    }
    const digests = credential === null ? null : this.#digestsOf(request.socket, credential)
    if (digests === null) {
      this.#turn.add(() => answering(this.#refuser, exchange, () => this.#refuseStranger(exchange, headers)))
      return
    }
    readBodyText(request, (body) => {
      const whole: Exchange = body.fault === 'too large' || isSmall ? exchange : { ...exchange, closes: false }
      this.#turn.add(() => answering(this.#refuser, whole, () => this.#answer(whole, headers, digests, body)))
    })
  }

  #answer(exchange: Exchange, headers: RequestHeaders, digests: CredentialDigests, body: BodyText) {
    if (headers.organizationId !== null || headers.userId !== null) return this.#answerActing(exchange, headers, body)
    const operator = this.#parts.engine.authenticate.verifier(digests)
    if (operator instanceof Promise) {
      return this.#answerTogether(exchange, operator, () => this.#readQuestion(exchange, headers, body))
    }
    if (operator !== null) return this.#refuser.refuse(exchange, operator, { hasCredential: true })
    const verdict = this.#parts.engine.judge(this.#readQuestion(exchange, headers, body))
    return whenReady(verdict, (decided) => this.#send(exchange, decided))
  }

  /** An operator who acts is asked who he is then: on behalf of a member he has the member's rights, no more. */
  async #answerActing(exchange: Exchange, headers: RequestHeaders, body: BodyText): Promise<void> {
    const { caller, refusal } = await this.#authenticate(exchange, headers)
    const isMistake = refusal !== null && statusOf(refusal.reason) === 400
    if (caller === null || (refusal !== null && !isMistake)) {
      return this.#refuser.refuse(exchange, refusal ?? { reason: 'invalid_key' }, { hasCredential: true })
    }
    if (caller.kind !== 'operator') return this.#refuser.refuse(exchange, needsOperator, { hasCredential: true })
    this.#send(exchange, await this.#parts.engine.judge(this.#readQuestion(exchange, headers, body)))
  }

  /**
   * Where the authority is another machine, both look-ups leave in the same batch: one round trip. Looking up spends
   * nothing, and what the key's gave is not looked at before the operator is known to be one.
   */
  async #answerTogether(exchange: Exchange, operator: Promise<Refusal | null>, read: () => Question): Promise<void> {
    const asked = this.#lookUp(read)
    const refusal = await operator
    if (refusal !== null) return this.#refuser.refuse(exchange, refusal, { hasCredential: true })
    if (asked.mistake !== null) throw asked.mistake
    this.#send(exchange, await this.#parts.engine.judgeRecognised(asked.question, await asked.recognition))
  }

  #lookUp(read: () => Question) {
    let question: Question
    try {
      question = read()
    } catch (error) {
      if (error instanceof RefusedError) return { mistake: error }
      throw error
    }
    const recognition = Promise.resolve(this.#parts.engine.recognise.tenant(question.key))
    // An outage is told of when the result is waited for; until then nobody may be waiting.
    recognition.catch(() => undefined)
    return { mistake: null, question, recognition }
  }

  /** Throws `RefusedError`: 413, 415, 400, in this order. */
  #readQuestion(exchange: Exchange, headers: RequestHeaders, body: BodyText): Question {
    if (body.fault === 'too large') throw new RefusedError({ reason: 'payload_too_large' })
    const type = exchange.request.headers['content-type']
    if (type === undefined || !isJson(type)) throw new RefusedError({ reason: 'unsupported_media_type' })
    refuseActing(headers)
    if (body.text === null) throw invalid('', 'The body is not UTF-8.')
    const { input, faults } = readVerifyRequest(body.text)
    if (input === null) throw invalidFields(faults)
    const { key, clientIp = null, cost = 1 } = input
    return { key, demand: this.#parts.engine.parseDemand(input), clientIp, agent: null, cost }
  }

  #send(exchange: Exchange, verdict: Verdict): void {
    const headers = ['Content-Type', 'application/json; charset=utf-8', 'X-Request-Id', exchange.requestId]
    sendAscii(exchange, 200, headers, writeVerdict(verdict, this.#parts.contract.messages))
    this.#parts.engine.metrics.answered(verdict.refusal === null ? null : verdict.refusal.reason, exchange.startedAtMs)
  }

  /** Whoever shows no operator key: nobody, or a tenant, whose key pays for the request as for any other. */
  async #refuseStranger(exchange: Exchange, headers: RequestHeaders): Promise<void> {
    // Acting headers would be a mistake, and mistakes come after 403.
    const unheard = { ...headers, organizationId: null, userId: null }
    const { refusal, window } = await this.#authenticate(exchange, unheard)
    this.#refuser.refuse(exchange, refusal ?? needsOperator, { hasCredential: headers.credential !== null, window })
  }

  #authenticate({ requestId, request }: Exchange, headers: RequestHeaders) {
    const { credential, isActingTwice, organizationId, userId, forwardedFor } = headers
    const ip = this.#parts.clientAddress(request.socket.remoteAddress, forwardedFor)
    // Which of two was meant is not for us to say: neither.
    const acting = isActingTwice ? { organizationId: null, userId: null } : { organizationId, userId }
    const agent = userAgentOf(request.rawHeaders)
    const presented = { credential, ...acting, origin: { requestId, ip }, agent, refusalByPolicy: () => needsOperator }
    return this.#parts.engine.authenticate.request(presented)
  }
}

const needsOperator: Refusal = { reason: 'forbidden', message: 'This needs an operator key.' }

/** A mistake in the acting headers is told in its turn, among what is wrong with the body. */
function refuseActing({ organizationId, userId, isActingTwice }: RequestHeaders): void {
  if (organizationId === null && userId === null) return
  if (isActingTwice) throw invalid('Mintmark-Organization', 'Send each of the Mintmark headers once.')
  if (organizationId === null) throw invalid('Mintmark-User', 'Mintmark-User needs Mintmark-Organization beside it.')
  const isWrong =
    parseChosenId('org', organizationId) === null || (userId !== null && parseChosenId('usr', userId) === null)
  if (isWrong) throw invalid('Mintmark-Organization', 'An id has 1 to 64 of A-Z a-z 0-9 _ -.')
}
