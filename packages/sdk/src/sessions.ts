import {
  doneOf,
  initOf,
  secretOf,
  thawed,
  type Body,
  type CallOptions,
  type MutationOptions,
  type Rest,
  type Schema,
  type WithSecret,
} from './rest.ts'

export type Session = WithSecret<Schema<'Session'>, 'token'>

/** Members' short-lived credentials: `/v1/sessions`. */
export class Sessions {
  readonly #rest: Rest

  constructor(rest: Rest) {
    this.#rest = rest
  }

  create(body: Body<'createSession'>, options: MutationOptions = {}): Promise<Session> {
    return secretOf('token', this.#rest.POST('/v1/sessions', { body: thawed(body), ...initOf(options) }))
  }

  /** Ends the session that this client calls with. */
  endCurrent(options: CallOptions = {}): Promise<void> {
    return doneOf(this.#rest.DELETE('/v1/sessions/current', { ...initOf(options) }))
  }
}
