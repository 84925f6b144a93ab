/**
 * Where to go after signing in, if it is a place of this dashboard: an address that somebody else wrote leads nowhere
 * else. What a browser reads as another host (`//host`, `/\host`) is none.
 */
export function readReturnTo(search: string, origin: string): string {
  const wanted = new URLSearchParams(search).get('returnTo')
  if (wanted === null || !wanted.startsWith('/') || !URL.canParse(wanted, origin)) return '/'
  const url = new URL(wanted, origin)
  if (url.origin !== origin || /^\/(?:auth|v1)(?:\/|$)/.test(url.pathname) || url.pathname.startsWith('//')) return '/'
  return `${url.pathname}${url.search}`
}

/** The address of sign-in for somebody who was at `path`. */
export function signInPath(path: string): string {
  return path === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ returnTo: path }).toString()}`
}
