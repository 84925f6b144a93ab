import type { Policy } from '@mintmark/sdk'

/** What is forwarded to Mintmark is judged there, and costs what it costs there. */
const judgedByMintmark = { cost: 0 }

/** Everything that AlfaOne's API answers, below /api/v1. */
export const policy = {
  'GET /assessments': { permission: 'assessments:read' },
  'POST /assessments': { permission: 'assessments:write' },
  'GET /assessments/:id': { permission: 'assessments:read' },
  'PATCH /assessments/:id': { permission: 'assessments:write' },
  'DELETE /assessments/:id': { permission: 'assessments:write' },
  'GET /me': judgedByMintmark,
  'GET /integrations/api-keys': judgedByMintmark,
  'POST /integrations/api-keys': judgedByMintmark,
  'GET /integrations/api-keys/:id': judgedByMintmark,
  'POST /integrations/api-keys/:id/rotate': judgedByMintmark,
  'POST /integrations/api-keys/:id/revoke': judgedByMintmark,
  'DELETE /integrations/api-keys/:id': judgedByMintmark,
} satisfies Policy
