import type { Engine } from '../../engine/engine.ts'
import { closed, Id } from '../schemas/shapes.ts'
import { Token } from './fields.ts'
import type { AddAuthRoute } from './route.ts'
import { Type } from 'typebox'

const UserCode = Type.String({ minLength: 1, maxLength: 20 })

/** For programs without a browser (RFC 8628): what they ask themselves, and what their person decides. */
export function addDeviceRoutes(add: AddAuthRoute, { signIn }: Engine): void {
  add({
    method: 'POST',
    path: '/auth/device',
    isForPrograms: true,
    handle: ({ browser }) => signIn.beginDevice(browser),
  })
  add({
    method: 'POST',
    path: '/auth/device/token',
    isForPrograms: true,
    body: closed({ deviceCode: Token }),
    handle: ({ browser, body }) => signIn.takeDeviceToken(browser, body),
  })
  add({
    method: 'POST',
    path: '/auth/device/approve',
    body: closed({ userCode: UserCode, organizationId: Id }),
    async handle({ browser, body }) {
      await signIn.approveDevice(browser, body)
      return undefined
    },
  })
  add({
    method: 'POST',
    path: '/auth/device/deny',
    body: closed({ userCode: UserCode }),
    async handle({ browser, body }) {
      await signIn.denyDevice(browser, body)
      return undefined
    },
  })
}
