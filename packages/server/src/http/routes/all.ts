import type { FastifyInstance } from 'fastify'
import type { AppOptions } from '../app.ts'
import { addAuthRoutes } from '../auth/all.ts'
import type { DescribedOperation } from '../openapi/described-operation.ts'
import { addApiKeyRoutes } from './api-keys.ts'
import { addAuditEventRoutes } from './audit-events.ts'
import { addContractRoutes } from './contract.ts'
import { addDashboardRoutes } from './dashboard.ts'
import { addGraphqlRoutes } from './graphql.ts'
import { addHealthRoutes } from './health.ts'
import { addMeRoutes } from './me.ts'
import { addMemberRoutes } from './members.ts'
import { addMetricsRoutes } from './metrics.ts'
import { addOpenApiRoutes } from './openapi.ts'
import { addOperatorKeyRoutes } from './operator-keys.ts'
import { addOrganizationRoutes } from './organizations.ts'
import { addPageRoutes } from './pages.ts'
import { addProjectRoutes } from './projects.ts'
import { addSessionRoutes } from './sessions.ts'
import { addSearchRoutes } from './search.ts'
import { addUsageRoutes } from './usage.ts'
import { addUserRoutes } from './users.ts'
import { addWebhookRoutes } from './webhooks.ts'
import { addVerifyBatchRoutes } from './verify-batch.ts'

/** @param operations what the document will tell of: filled as routes are added */
export function addRoutes(app: FastifyInstance, options: AppOptions, operations: readonly DescribedOperation[]): void {
  const { engine, contract, version, publicUrl } = options
  addOpenApiRoutes(app, { operations, dialect: contract.errors, version, publicUrl })
  addHealthRoutes(app, options.health)
  addPageRoutes(app)
  addDashboardRoutes(app, options)
  addAuthRoutes(app, options)
  addMetricsRoutes(app, options.metrics)
  addMeRoutes(app, engine)
  addVerifyBatchRoutes(app, engine)
  addContractRoutes(app, engine)
  addApiKeyRoutes(app, engine)
  addProjectRoutes(app, engine)
  addOrganizationRoutes(app, engine)
  addMemberRoutes(app, engine)
  addSessionRoutes(app, engine)
  addUserRoutes(app, engine)
  addUsageRoutes(app, engine)
  addWebhookRoutes(app, engine)
  addSearchRoutes(app, engine)
  addAuditEventRoutes(app, engine)
  addOperatorKeyRoutes(app, engine)
  addGraphqlRoutes(app, { answer: options.graphql, log: options.log, metrics: engine.metrics, operations })
}
