import type { Policy } from '@mintmark/sdk'

/** Everything below /v1 but keys, which are Mintmark's own. A route that is not here is refused. */
export const policy = {
  'GET /agents': { permission: 'agents:read' },
  'GET /agents/:id': { permission: 'agents:read' },
  'POST /agents': { permission: 'agents:write' },
  'PATCH /agents/:id': { permission: 'agents:write' },
  'DELETE /agents/:id': { permission: 'agents:write' },
  'GET /sites': { permission: 'sites:read' },
  'GET /sites/:id': { permission: 'sites:read' },
  'POST /sites': { permission: 'sites:write' },
  'PATCH /sites/:id': { permission: 'sites:write' },
  'DELETE /sites/:id': { permission: 'sites:write' },
  'GET /storage': { permission: 'storage:read' },
  'GET /storage/:id': { permission: 'storage:read' },
  'POST /storage': { permission: 'storage:write' },
  'DELETE /storage/:id': { permission: 'storage:write' },
  'GET /billing': { permission: 'billing:read' },
  'GET /billing/payment-methods': { permission: 'billing:read' },
  'POST /billing/payment-methods': { permission: 'billing:write' },
  'DELETE /billing/payment-methods/:id': { permission: 'billing:write' },
} satisfies Policy
