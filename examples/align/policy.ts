import type { Policy, ProjectOf, Rule } from '@mintmark/sdk'

/** Mintmark's own endpoint: it judges the request itself, by the permissions of contract.json. */
const mintmark = 'mintmark'
type Endpoints = Readonly<Record<string, Rule | typeof mintmark>>

/** Of an endpoint that names a time entry alone. */
type Domain = { readonly projectOfTimeEntry: ProjectOf }

/** "Endpoint Scope Requirements", row by row. */
const scopeRequirements = ({ projectOfTimeEntry: projectOf }: Domain) =>
  ({
    'GET /me': { scope: 'any' },
    'GET /projects': mintmark,
    'POST /projects': mintmark,
    'GET /projects/:projectId/entries': { permission: 'read:entry', scope: 'own project' },
    'POST /projects/:projectId/entries': { permission: 'write:entry', scope: 'own project' },
    'GET /projects/:projectId/time-entries': { permission: 'read:time_entry', scope: 'own project' },
    'POST /projects/:projectId/time-entries': { permission: 'write:time_entry', scope: 'own project' },
    'GET /time-entries': { permission: 'read:time_entry', scope: 'organization only' },
    'PATCH /time-entries/:id': { permission: 'write:time_entry', scope: 'own project', projectOf },
    'GET /users': mintmark,
    'POST /users/invite': mintmark,
    'GET /webhooks': mintmark,
    'POST /webhooks': mintmark,
    'GET /integration-links': { permission: 'read:integration_link', scope: 'filtered' },
    'GET /audit-events': mintmark,
    'GET /search': mintmark,
  }) satisfies Endpoints

const approvers = ['manager', 'admin']

/** "Role-Required Endpoints", row by row. */
const roleRequirements = ({ projectOfTimeEntry: projectOf }: Domain) =>
  ({
    'POST /time-entries/:id/approve': {
      permission: 'write:time_entry',
      roles: approvers,
      scope: 'own project',
      projectOf,
    },
    'POST /time-entries/:id/reject': {
      permission: 'write:time_entry',
      roles: approvers,
      scope: 'own project',
      projectOf,
    },
    'POST /time-entries/:id/unlock': {
      permission: 'write:time_entry',
      roles: approvers,
      scope: 'own project',
      projectOf,
    },
    'POST /users/invite': mintmark,
    'DELETE /projects/:projectId': mintmark,
  }) satisfies Endpoints

/** What the page does not speak of, and somebody must do. */
const further = {
  'POST /projects/:projectId/integration-links': { permission: 'write:integration_link', scope: 'own project' },
} satisfies Endpoints

/** What the guard judges. All else under `/api/v1` is Mintmark's, or nobody's. */
export function policyFor(domain: Domain): Policy {
  const endpoints: Endpoints = { ...scopeRequirements(domain), ...roleRequirements(domain), ...further }
  return Object.fromEntries(Object.entries(endpoints).filter(([, rule]) => rule !== mintmark)) as Policy
}

/** Of what Mintmark has, the first part of a path below `/v1`. */
export const mintmarkNouns = ['api-keys', 'projects', 'users', 'webhooks', 'audit-events', 'search', 'usage'] as const
