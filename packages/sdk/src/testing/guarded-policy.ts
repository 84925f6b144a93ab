import type { Policy } from '../guard/policy.ts'

const entryProjects = new Map([
  ['entry-1', 'web'],
  ['entry-2', 'api'],
])

/** What the guards of all frameworks are tested with. */
export const policy = {
  'GET /files/public': { scope: 'any' },
  'GET /files/:id': { permission: 'projects:read', scope: 'any' },
  'DELETE /files/:id': { permission: 'projects:delete', scope: 'any' },
  'GET /files/:id/versions/latest': { permission: 'projects:write', scope: 'any' },
  'GET /files/:id/versions/:version': { permission: 'projects:read', scope: 'any' },
  'POST /approvals/:id': { permission: 'projects:read', roles: ['admin', 'manager'], scope: 'any' },
  'GET /projects/:projectId/entries': { permission: 'projects:read', scope: 'own project' },
  'PATCH /entries/:id': {
    permission: 'projects:read',
    scope: 'own project',
    projectOf: async ({ params }) => entryProjects.get(params['id'] ?? '') ?? null,
  },
  'PUT /entries/:id': { permission: 'projects:read', scope: 'own project' },
  'GET /entries': { permission: 'projects:read' },
  'GET /links': { permission: 'projects:read', scope: 'filtered' },
  'GET /either': { permission: { any: ['projects:delete', 'usage:read'] }, scope: 'any' },
  'GET /both': { permission: { all: ['projects:delete', 'usage:read'] }, scope: 'any' },
  'GET /live': { environment: 'live', scope: 'any' },
  'GET /dear': { cost: 5, scope: 'any' },
  'GET /free': { cost: 0, scope: 'any' },
  'GET /fails': { scope: 'any' },
  'GET /absent': { scope: 'any' },
} as const satisfies Policy

/** What the applications have, in the order in which routers should try them: the last three are traps, for the policy lacks them. */
export const routes = [
  ...Object.keys(policy).filter((route) => route !== 'GET /absent'),
  'GET /private',
  'POST /files/public',
  'GET /',
]
