import type { FastifyInstance } from 'fastify'
import type { AppOptions } from '../app.ts'
import type { DescribedOperation } from '../openapi/described-operation.ts'
import { addApiKeyRoutes } from './api-keys.ts'
import { addContractRoutes } from './contract.ts'
import { addHealthRoutes } from './health.ts'
import { addMeRoutes } from './me.ts'
import { addMemberRoutes } from './members.ts'
import { addOpenApiRoutes } from './openapi.ts'
import { addOperatorKeyRoutes } from './operator-keys.ts'
import { addOrganizationRoutes } from './organizations.ts'
import { addProjectRoutes } from './projects.ts'
import { addSessionRoutes } from './sessions.ts'
import { addSearchRoutes } from './search.ts'
import { addUserRoutes } from './users.ts'
import { addVerifyBatchRoutes } from './verify-batch.ts'

/** @param operations what the document will tell of: filled as routes are added */
export function addRoutes(app: FastifyInstance, options: AppOptions, operations: readonly DescribedOperation[]): void {
  const { engine, contract, version, publicUrl } = options
  addOpenApiRoutes(app, { operations, dialect: contract.errors, version, publicUrl })
  addHealthRoutes(app, options.health)
  addMeRoutes(app, engine)
  addVerifyBatchRoutes(app, engine)
  addContractRoutes(app, engine)
  addApiKeyRoutes(app, engine)
  addProjectRoutes(app, engine)
  addOrganizationRoutes(app, engine)
  addMemberRoutes(app, engine)
  addSessionRoutes(app, engine)
  addUserRoutes(app, engine)
  addSearchRoutes(app, engine)
  addOperatorKeyRoutes(app, engine)
}
