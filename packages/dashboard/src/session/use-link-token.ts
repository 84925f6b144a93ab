import { useEffect, useState } from 'react'

/**
 * The token of a single-use link, from the address's fragment, which no server and no referrer sees. It is taken out of
 * the address, so that it stays neither there nor in the history.
 */
export function useLinkToken(): string | null {
  const [token] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get('token'))
  useEffect(() => {
    if (token !== null) window.history.replaceState(window.history.state, '', window.location.pathname)
  }, [token])
  return token
}
