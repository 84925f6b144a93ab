/** What the server tells every visitor of the contract in force: its `ui` block (API.md section 6). */
export type Installation = {
  readonly product: string
  readonly keysTitle: string
  /** Without a slash at its end. */
  readonly keysPath: string
  /** `#rrggbb` */
  readonly accent: string
  /** A path on this host or a data URL; null: the product's name alone. */
  readonly logo: string | null
}

/** It stands in the page itself, where the server filled it in: no request, no title that changes while it is read. */
export function readInstallation(page: Document): Installation {
  const content = page.querySelector('meta[name="mintmark-installation"]')?.getAttribute('content')
  if (content == null) throw new Error('The page was not served by Mintmark.')
  return JSON.parse(content) as Installation
}

/** The nonce of this page, without which its content security policy lets no style in. */
export function readNonce(page: Document): string {
  return page.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}
