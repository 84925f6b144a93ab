import { closed, Id } from '../schemas/shapes.ts'
import type { Engine } from '../../engine/engine.ts'
import type { AddAuthRoute } from './route.ts'

export function addPersonRoutes(add: AddAuthRoute, { signIn, contract }: Engine): void {
  add({
    method: 'GET',
    path: '/auth/config',
    handle: async () => ({ product: contract.ui.product, mail: signIn.hasMail, providers: signIn.providers }),
  })
  add({ method: 'GET', path: '/auth/me', handle: ({ browser }) => signIn.getPerson(browser) })
  add({
    method: 'POST',
    path: '/auth/token',
    body: closed({ organizationId: Id }),
    handle: ({ browser, body }) => signIn.mintPageToken(browser, body),
  })
}
