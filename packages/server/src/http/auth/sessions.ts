import type { Engine } from '../../engine/engine.ts'
import type { AddAuthRoute } from './route.ts'

/** Where a person is signed in. */
export function addSignInListRoutes(add: AddAuthRoute, { signIn }: Engine): void {
  add({ method: 'GET', path: '/auth/sessions', handle: ({ browser }) => signIn.listSignIns(browser) })
  add({
    method: 'DELETE',
    path: '/auth/sessions/:id',
    async handle({ browser, params, keep }) {
      const isCurrent = await signIn.endSignIn(browser, params['id'] ?? '')
      if (isCurrent) keep(null)
      return undefined
    },
  })
}
