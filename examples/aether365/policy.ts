import type { Policy } from '@mintmark/sdk'

/** Every route; making and ending keys is judged by Mintmark itself. A tenant has no projects to bind keys to. */
export const policy = {
  'GET /tenants/me/api-keys': { permission: 'api_keys:read' },
  'POST /tenants/me/api-keys': { permission: 'api_keys:write' },
  'DELETE /tenants/me/api-keys/:id': { permission: 'api_keys:write' },
  'GET /tenants/me/scans': { permission: 'scans:read' },
  'POST /tenants/me/scans': { permission: 'scans:write' },
  'GET /tenants/me/billing': { permission: 'billing:read' },
  'PATCH /tenants/me/billing': { permission: 'billing:write' },
  'GET /tenants/me/plan': { permission: 'plan:read' },
  'PATCH /tenants/me/plan': { permission: 'plan:write' },
} satisfies Policy
