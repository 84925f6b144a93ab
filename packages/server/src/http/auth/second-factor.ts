import type { Engine } from '../../engine/engine.ts'
import { closed } from '../schemas/shapes.ts'
import { Code, Password } from './fields.ts'
import type { AddAuthRoute } from './route.ts'

export function addSecondFactorRoutes(add: AddAuthRoute, { signIn }: Engine): void {
  add({
    method: 'POST',
    path: '/auth/second-factor',
    body: closed({ code: Code }),
    async handle({ browser, body, keep }) {
      keep(await signIn.showCode(browser, body))
      return undefined
    },
  })
  add({
    method: 'POST',
    path: '/auth/second-factor/enrol',
    body: closed({ password: Password }),
    handle: ({ browser, body }) => signIn.enrolSecondFactor(browser, body),
  })
  add({
    method: 'POST',
    path: '/auth/second-factor/confirm',
    body: closed({ code: Code }),
    async handle({ browser, body, keep }) {
      const { recoveryCodes, cookie } = await signIn.confirmSecondFactor(browser, body)
      keep(cookie)
      return { recoveryCodes }
    },
  })
  add({
    method: 'POST',
    path: '/auth/second-factor/disable',
    body: closed({ password: Password }),
    async handle({ browser, body, keep }) {
      keep(await signIn.disableSecondFactor(browser, body))
      return undefined
    },
  })
}
