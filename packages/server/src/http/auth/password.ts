import type { Engine } from '../../engine/engine.ts'
import { closed } from '../schemas/shapes.ts'
import { Email, Password, Token } from './fields.ts'
import type { AddAuthRoute } from './route.ts'

export function addPasswordRoutes(add: AddAuthRoute, { signIn }: Engine): void {
  add({
    method: 'POST',
    path: '/auth/password/forgot',
    body: closed({ email: Email }),
    async handle({ browser, body }) {
      signIn.forgetPassword(browser, body)
      return undefined
    },
  })
  add({
    method: 'POST',
    path: '/auth/password/reset',
    body: closed({ token: Token, password: Password }),
    async handle({ browser, body }) {
      await signIn.resetPassword(browser, body)
      return undefined
    },
  })
  add({
    method: 'POST',
    path: '/auth/password/change',
    body: closed({ currentPassword: Password, newPassword: Password }),
    async handle({ browser, body, keep }) {
      keep(await signIn.changePassword(browser, body))
      return undefined
    },
  })
}
