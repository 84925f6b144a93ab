import type { Policy } from '@mintmark/sdk'

/** Everything but making and ending keys, which Mintmark judges itself. A tenant has no projects to bind keys to. */
export const policy = {
  'GET /tenants/me/api-keys': { permission: 'api_keys:read' },
  'GET /tenants/me/scans': { permission: 'scans:read' },
  'POST /tenants/me/scans': { permission: 'scans:write' },
  'GET /tenants/me/billing': { permission: 'billing:read' },
  'PATCH /tenants/me/billing': { permission: 'billing:write' },
  'GET /tenants/me/plan': { permission: 'plan:read' },
  'PATCH /tenants/me/plan': { permission: 'plan:write' },
} satisfies Policy
