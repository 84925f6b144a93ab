/** A cookie of `/auth`: its value as the browser sends it, and the `Set-Cookie` that gives it out. */
export type Cookie = {
  /** Null: it is not there, or there twice. */
  read(rawHeaders: readonly string[]): string | null
  /** RFC 6265 section 4.1. Null takes it away. */
  write(value: string | null): string
}

export type Cookies = {
  /** What a browser keeps of its sign-in. */
  readonly signIn: Cookie
  /** What it keeps while its person is at a provider, whose answer is a link on another site: Strict would lose it. */
  readonly openId: Cookie
}

/**
 * `__Host-` keeps it to this very host and to https. On http it has another name and is for this machine alone: see
 * `same-site.ts`.
 */
export function createCookies(isSecure: boolean, openIdSeconds: number): Cookies {
  const prefix = isSecure ? '__Host-' : ''
  const common = `Path=/; HttpOnly;${isSecure ? ' Secure;' : ''} SameSite=`
  return {
    signIn: cookieNamed(`${prefix}mintmark_session`, `${common}Strict`),
    openId: cookieNamed(`${prefix}mintmark_provider`, `${common}Lax; Max-Age=${openIdSeconds}`),
  }
}

function cookieNamed(name: string, attributes: string): Cookie {
  return {
    read: (rawHeaders) => readCookie(rawHeaders, name),
    // Of two Max-Age the last counts (RFC 6265 section 5.3).
    write: (value) => `${name}=${value ?? ''}; ${attributes}${value === null ? '; Max-Age=0' : ''}`,
  }
}

function readCookie(rawHeaders: readonly string[], name: string): string | null {
  const values: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== 'cookie') continue
    for (const pair of (rawHeaders[index + 1] ?? '').split(';')) {
      const [own = '', ...value] = pair.trim().split('=')
      if (own === name) values.push(value.join('='))
    }
  }
  // Which of two was meant is not for us to say.
  return values.length === 1 && values[0] !== '' ? (values[0] ?? null) : null
}
