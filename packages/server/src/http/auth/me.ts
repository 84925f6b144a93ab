import { Type } from 'typebox'
import { absoluteMs } from '../../engine/sign-in/browser.ts'
import { closed, Id } from '../schemas/shapes.ts'
import type { Engine } from '../../engine/engine.ts'
import type { AddAuthRoute } from './route.ts'

const IdleSeconds = Type.Integer({ minimum: 0, maximum: absoluteMs / 1000 })

export function addPersonRoutes(add: AddAuthRoute, { signIn, contract }: Engine): void {
  add({
    method: 'GET',
    path: '/auth/config',
    handle: async () => ({
      product: contract.ui.product,
      mail: signIn.hasMail,
      providers: signIn.providers,
      setUp: !(await signIn.isWithoutPeople()),
    }),
  })
  add({ method: 'GET', path: '/auth/me', handle: ({ browser }) => signIn.getPerson(browser) })
  add({
    method: 'POST',
    path: '/auth/token',
    body: closed({ organizationId: Id, idleSeconds: Type.Optional(IdleSeconds) }),
    handle: ({ browser, body }) => signIn.mintPageToken(browser, body),
  })
}
