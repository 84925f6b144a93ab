import { Type } from 'typebox'
import { statusOf } from '@mintmark/core'
import type { Engine } from '../../engine/engine.ts'
import { RefusedError } from '../../engine/refused.ts'
import { closed, Name } from '../schemas/shapes.ts'
import { Code, Email, Password, Token } from './fields.ts'
import type { AddAuthRoute } from './route.ts'

export function addSignInRoutes(add: AddAuthRoute, { signIn }: Engine): void {
  add({
    method: 'POST',
    path: '/auth/set-up',
    body: closed({ token: Token, organizationName: Name, name: Name, email: Email, password: Password }),
    async handle({ browser, body, keep }) {
      const { cookie, organizationId } = await signIn.setUp(browser, body)
      keep(cookie)
      return { organizationId }
    },
  })
  add({
    method: 'POST',
    path: '/auth/sign-in',
    body: closed({ email: Email, password: Password }),
    async handle({ browser, body, keep }) {
      const { cookie, next } = await signIn.signIn(browser, body)
      keep(cookie)
      return { next }
    },
  })
  add({
    method: 'POST',
    path: '/auth/step-up',
    body: closed({ password: Type.Optional(Password), code: Type.Optional(Code) }),
    async handle({ browser, body, keep }) {
      keep(await signIn.stepUp(browser, body))
      return undefined
    },
  })
  add({
    method: 'POST',
    path: '/auth/sign-out',
    async handle({ browser, keep }) {
      // Who is signed out already has what he wants.
      await signIn.signOut(browser).catch(unlessSignedOut)
      keep(null)
      return undefined
    },
  })
  add({
    method: 'POST',
    path: '/auth/sign-out-everywhere',
    async handle({ browser, keep }) {
      await signIn.signOutEverywhere(browser)
      keep(null)
      return undefined
    },
  })
}

function unlessSignedOut(error: unknown): void {
  if (!(error instanceof RefusedError) || statusOf(error.reason) !== 401) throw error
}
