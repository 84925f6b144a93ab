import { Type } from 'typebox'
import type { Engine } from '../../engine/engine.ts'
import { closed, Name } from '../schemas/shapes.ts'
import { Password, Token } from './fields.ts'
import type { AddAuthRoute } from './route.ts'

export function addInvitationRoutes(add: AddAuthRoute, { signIn }: Engine): void {
  add({
    method: 'POST',
    path: '/auth/invitations/accept',
    body: closed({ token: Token, name: Type.Optional(Name), password: Type.Optional(Password) }),
    async handle({ browser, body, keep }) {
      const { organizationId, cookie } = await signIn.acceptInvitation(browser, body)
      if (cookie !== null) keep(cookie)
      return { organizationId }
    },
  })
}
