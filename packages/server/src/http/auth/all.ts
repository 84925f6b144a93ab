import type { FastifyInstance } from 'fastify'
import { addDeviceRoutes } from './device.ts'
import { addInvitationRoutes } from './invitations.ts'
import { addPersonRoutes } from './me.ts'
import { addOpenIdRoutes } from './open-id.ts'
import { addPasswordRoutes } from './password.ts'
import { createAuthRoutes, type AuthParts } from './route.ts'
import { addSecondFactorRoutes } from './second-factor.ts'
import { addSignInListRoutes } from './sessions.ts'
import { addSignInRoutes } from './sign-in.ts'

export function addAuthRoutes(app: FastifyInstance, parts: AuthParts): void {
  const add = createAuthRoutes(app, parts)
  const { engine } = parts
  addSignInRoutes(add, engine)
  addPersonRoutes(add, engine)
  addSignInListRoutes(add, engine)
  addPasswordRoutes(add, engine)
  addSecondFactorRoutes(add, engine)
  addInvitationRoutes(add, engine)
  addDeviceRoutes(add, engine)
  addOpenIdRoutes(add, engine)
}
