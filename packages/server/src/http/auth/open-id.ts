import { statusOf, type Reason } from '@mintmark/core'
import type { Engine } from '../../engine/engine.ts'
import { RefusedError } from '../../engine/refused.ts'
import { Redirect, type AddAuthRoute } from './route.ts'

/** Where whoever was not signed in is told so: the reason alone, for what else is said must not come from a link. */
const refusedAt = '/sign-in?refused='

/** A provider's pages lead here and away: these are asked for by following links, and answer with others. */
export function addOpenIdRoutes(add: AddAuthRoute, { signIn }: Engine): void {
  add({
    method: 'GET',
    path: '/auth/oidc/:provider',
    async handle({ params, query, keepOpenId }) {
      const { returnTo, again } = query
      const begun = await signIn.beginOpenId({
        provider: params['provider'] ?? '',
        ...(returnTo !== undefined && { returnTo }),
        asksAgain: again === 'true',
      })
      keepOpenId(begun.kept)
      return new Redirect(begun.url)
    },
  })
  add({
    method: 'GET',
    path: '/auth/oidc/:provider/callback',
    async handle({ browser, params, query, openId, keep, keepOpenId }) {
      const { state, code } = query
      keepOpenId(null)
      try {
        const answered = { provider: params['provider'] ?? '', kept: openId, state, code }
        const { cookie, returnTo } = await signIn.finishOpenId(browser, answered)
        keep(cookie)
        return new Redirect(returnTo)
      } catch (error) {
        return new Redirect(`${refusedAt}${reasonOf(error)}`)
      }
    },
  })
}

function reasonOf(error: unknown): Reason {
  if (error instanceof RefusedError && statusOf(error.reason) !== 404) return error.reason
  throw error
}
