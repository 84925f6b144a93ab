/** A credential that lives in memory alone, and for how long. */
export type Token = { readonly token: string; readonly expiresAtMs: number }

/** Renewed when less than this is left: long enough for a slow request. */
const renewBeforeMs = 60_000

/** Where tokens come from: `POST /auth/token` in the dashboard, the host page's callback where it is embedded. */
export type FetchToken = () => Promise<Token>

/** The token of now, renewed before it ends. Requests that wait for the same renewal share it. */
export class Tokens {
  readonly #fetch: FetchToken
  readonly #nowMs: () => number
  #current: Token | null = null
  #renewing: Promise<string> | null = null

  constructor(fetchToken: FetchToken, nowMs: () => number = Date.now) {
    this.#fetch = fetchToken
    this.#nowMs = nowMs
  }

  current(): Promise<string> {
    const isFresh = this.#current !== null && this.#current.expiresAtMs - this.#nowMs() > renewBeforeMs
    return isFresh && this.#current !== null ? Promise.resolve(this.#current.token) : this.renew()
  }

  /** A new one, whatever the one before was good for. */
  renew(): Promise<string> {
    this.#renewing ??= this.#fetch()
      .then((token) => {
        this.#current = token
        return token.token
      })
      .finally(() => {
        this.#renewing = null
      })
    return this.#renewing
  }
}
