import { AlternateFuturesError } from './alternate-futures-error.ts'

export type Page<T> = { readonly data: readonly T[]; readonly nextCursor: string | null }

/** What a header can carry: no line break, and no `…` of a key that was shortened. */
const sendable = /^[\x21-\x7e]+$/

/** Calls the API with one credential. */
export class Rest {
  readonly #baseUrl: string
  readonly #apiKey: string

  constructor(baseUrl: string, apiKey: string) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '')
    this.#apiKey = apiKey
  }

  /** Rejects with `AlternateFuturesError`. Resolves to undefined where there is nothing to say. */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    if (!sendable.test(this.#apiKey)) throw new AlternateFuturesError('This credential is not recognised.', 401)
    const answer = await fetch(`${this.#baseUrl}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.#apiKey}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new AlternateFuturesError(`${this.#baseUrl} cannot be reached.`, 0, { cause })
    })
    const text = await answer.text()
    if (!answer.ok) throw new AlternateFuturesError(sentenceOf(text) ?? answer.statusText, answer.status)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** All of a list, page by page. */
  async all<T>(path: string): Promise<readonly T[]> {
    const found: T[] = []
    let cursor: string | null = null
    do {
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page: Page<T> = await this.call('GET', `${path}?limit=100${after}`)
      found.push(...page.data)
      cursor = page.nextCursor
    } while (cursor !== null)
    return found
  }
}

/** Their errors are `{"error": "a sentence"}`. */
function sentenceOf(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : null
  } catch {
    return null
  }
}
