/** A session token as `POST /v1/sessions` answers it, or its text alone. */
export type ProvidedToken = string | { readonly token: string; readonly expiresAt: string }

/** `<mintmark-api-keys server token color-scheme>`. Dispatches `mintmark-session-ended` when no token is to be had. */
export declare class MintmarkApiKeysElement extends HTMLElement {
  /** Asked for a token whenever one is needed. */
  fetchToken: (() => Promise<ProvidedToken>) | null
}

declare global {
  interface HTMLElementTagNameMap {
    'mintmark-api-keys': MintmarkApiKeysElement
  }
}
