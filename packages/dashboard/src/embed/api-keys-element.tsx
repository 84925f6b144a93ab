import { createRoot, type Root } from 'react-dom/client'
import { AuthError } from '../auth/auth-error.ts'
import type { Token } from '../session/tokens.ts'
import { EmbeddedApiKeys } from './embedded-api-keys.tsx'
import { createStyleSheet, rootClass } from './shadow-styles.ts'

/** A token as a product's own backend got it from `POST /v1/sessions`. */
export type ProvidedToken = string | { readonly token: string; readonly expiresAt: string }

const observed = ['server', 'token', 'color-scheme']
let sheet: CSSStyleSheet | null = null

/**
 * `<mintmark-api-keys server token>`: the keys page inside another product. The token of the attribute is used until it
 * is refused; then, and where there is none, `fetchToken` is asked for another. `mintmark-session-ended` is dispatched
 * when there is none to be had.
 */
export class MintmarkApiKeysElement extends HTMLElement {
  static readonly observedAttributes = observed
  readonly #root: HTMLElement
  readonly #dark = window.matchMedia('(prefers-color-scheme: dark)')
  #fetchToken: (() => Promise<ProvidedToken>) | null = null
  #given: string | null = null
  #react: Root | null = null

  constructor() {
    super()
    const shadow = this.attachShadow({ mode: 'open' })
    sheet ??= createStyleSheet()
    shadow.adoptedStyleSheets = [sheet]
    this.#root = document.createElement('div')
    this.#root.className = rootClass
    shadow.append(this.#root)
  }

  /** Asked for a token whenever one is needed. */
  get fetchToken(): (() => Promise<ProvidedToken>) | null {
    return this.#fetchToken
  }

  set fetchToken(fetchToken: (() => Promise<ProvidedToken>) | null) {
    this.#fetchToken = fetchToken
    this.#render()
  }

  connectedCallback(): void {
    // What was set before the element was defined hides the accessor.
    if (Object.hasOwn(this, 'fetchToken')) {
      const { fetchToken } = this
      Reflect.deleteProperty(this, 'fetchToken')
      this.fetchToken = fetchToken
    }
    this.#dark.addEventListener('change', this.#render)
    this.#react ??= createRoot(this.#root)
    this.#given = this.getAttribute('token')
    this.#render()
  }

  disconnectedCallback(): void {
    this.#dark.removeEventListener('change', this.#render)
    // Nothing that was read or shown stays: neither where the element is moved, for it is connected again then.
    const react = this.#react
    this.#react = null
    react?.unmount()
  }

  attributeChangedCallback(name: string): void {
    if (name === 'token') this.#given = this.getAttribute('token')
    this.#render()
  }

  readonly #render = (): void => {
    const server = this.getAttribute('server')?.replace(/\/+$/, '') ?? ''
    if (this.#react === null || server === '') return
    const { fontSize } = getComputedStyle(document.documentElement)
    this.#react.render(
      <EmbeddedApiKeys
        key={server}
        server={server}
        fetchToken={this.#provide}
        onEnded={this.#end}
        root={this.#root}
        accent={accentOf(this)}
        colorScheme={this.#colorScheme()}
        rootFontPixels={Number.parseFloat(fontSize)}
        nonce={this.nonce}
      />,
    )
  }

  #colorScheme(): 'light' | 'dark' {
    const wanted = this.getAttribute('color-scheme')
    if (wanted === 'light' || wanted === 'dark') return wanted
    return this.#dark.matches ? 'dark' : 'light'
  }

  /** The attribute's once: it is asked for again when it was refused. */
  readonly #provide = async (): Promise<Token> => {
    const given = this.#given
    this.#given = null
    if (given !== null && given !== '') return { token: given, expiresAtMs: Number.POSITIVE_INFINITY }
    if (this.#fetchToken === null)
      throw new AuthError('The session has ended.', { reason: 'session_expired', status: 401 })
    const provided = await this.#fetchToken()
    if (typeof provided === 'string') return { token: provided, expiresAtMs: Number.POSITIVE_INFINITY }
    return { token: provided.token, expiresAtMs: Date.parse(provided.expiresAt) }
  }

  readonly #end = (): void => {
    this.dispatchEvent(new CustomEvent('mintmark-session-ended', { bubbles: true, composed: true }))
  }
}

function accentOf(element: HTMLElement): string | null {
  const accent = getComputedStyle(element).getPropertyValue('--mintmark-accent').trim()
  return /^#[0-9a-f]{6}$/i.test(accent) ? accent : null
}

export function defineApiKeysElement(): void {
  if (customElements.get('mintmark-api-keys') === undefined) {
    customElements.define('mintmark-api-keys', MintmarkApiKeysElement)
  }
}
