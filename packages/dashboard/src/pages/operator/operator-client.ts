import { Mintmark } from '@mintmark/sdk'

export function clientWith(key: string): Mintmark {
  return new Mintmark({
    server: window.location.origin,
    key,
    fetch: (input, init) => fetch(input, { ...init, credentials: 'omit', cache: 'no-store' }),
  })
}
