import { hostCaller } from '../engine/caller.ts'
import type { Answer } from './exchange.ts'
import { expectStatus } from './http-client.ts'
import type { InProcess } from './in-process.ts'
import { watchLeaks } from './leak-watcher.ts'

type HeaderFields = Readonly<Record<string, string>>

/** A browser on a page of our own, as far as a server sees it: it keeps the cookie, and says where it comes from. */
export class BrowserClient {
  readonly #url: string
  /** `name=value`, as the last answer that set one had it. */
  cookie: string | null = null
  /** The last `Set-Cookie`, whole. */
  setCookie: string | null = null

  constructor(url: string, cookie: string | null = null) {
    this.#url = url
    this.cookie = cookie
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path)
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.send('POST', path, body)
  }

  delete(path: string): Promise<Answer> {
    return this.send('DELETE', path)
  }

  /** Another one with the same cookie, as a thief has it, or a second tab. */
  copy(): BrowserClient {
    return new BrowserClient(this.#url, this.cookie)
  }

  /** @param headers in the place of what this browser would say; `''` leaves one out */
  async send(method: string, path: string, body?: unknown, headers: HeaderFields = {}): Promise<Answer> {
    const said: HeaderFields = {
      ...(method !== 'GET' && { origin: this.#url }),
      'sec-fetch-site': 'same-origin',
      ...(this.cookie !== null && { cookie: this.cookie }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    }
    const sent = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''))
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: sent,
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
    const answer = { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null }
    await watchLeaks({ url: this.#url, method, path, key: undefined, answer, sent: { body } })
    this.#keep(response.headers.getSetCookie())
    return answer
  }

  #keep(lines: readonly string[]): void {
    const line = lines.find((one) => one.includes('mintmark_session='))
    if (line === undefined) return
    this.setCookie = line
    this.cookie = /Max-Age=0/.test(line) ? null : (line.split(';')[0] ?? null)
  }
}

/** Long enough, and nothing that is guessed. */
export const goodPassword = 'umbrella velvet canyon 7'

export type SetUpInstallation = {
  readonly ada: BrowserClient
  readonly organizationId: string
  readonly email: string
}

/** The first organization and its administrator, Ada, who is signed in. */
export async function setUpInstallation(mintmark: InProcess): Promise<SetUpInstallation> {
  const ada = new BrowserClient(mintmark.url)
  const email = 'ada@example.com'
  const body = {
    token: await setUpToken(mintmark),
    organizationName: 'Acme',
    name: 'Ada',
    email,
    password: goodPassword,
  }
  const { organizationId } = expectStatus(200, await ada.post('/auth/set-up', body))
  return { ada, organizationId, email }
}

export async function setUpToken({ mintmark }: InProcess): Promise<string> {
  return tokenOf((await mintmark.engine.signIn.createSetUpLink(testHost())).url)
}

export function testHost() {
  return hostCaller(null, { requestId: 'test', ip: null })
}

/** What stands in the fragment of a link. */
export function tokenOf(url: string): string {
  return new URL(url).hash.replace('#token=', '')
}

/** RFC 4648 section 6: what a person types into his app. */
export function fromBase32(text: string): Uint8Array {
  const bits = Array.from(text, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('')
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}
