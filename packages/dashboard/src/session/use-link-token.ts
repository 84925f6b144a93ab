import { useEffect, useState } from 'react'

/**
 * The token of a single-use link, from the address's fragment, which no server and no referrer sees. It is taken out of
 * the address, so that it stays neither there nor in the history. Who puts a link into the address of the page that is
 * open already changes the fragment alone: nothing is loaded again.
 */
export function useLinkToken(): string | null {
  const [token, setToken] = useState(readToken)
  useEffect(() => {
    const take = (): void => {
      const found = readToken()
      if (found === null) return
      setToken(found)
      window.history.replaceState(window.history.state, '', window.location.pathname)
    }
    take()
    window.addEventListener('hashchange', take)
    return () => window.removeEventListener('hashchange', take)
  }, [])
  return token
}

function readToken(): string | null {
  return new URLSearchParams(window.location.hash.slice(1)).get('token')
}
