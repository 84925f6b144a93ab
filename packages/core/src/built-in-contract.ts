import type { Contract } from './contract-terms.ts'
import { deepFreeze, dictionary } from './plain-data.ts'

/** The contract in force where a company states none, and the source of every default. */
export const builtInContract: Contract = deepFreeze({
  name: 'Mintmark',
  keys: {
    prefixes: { live: 'mk_live_', test: 'mk_test_' },
    length: 38,
    checksum: 6,
    shown: 8,
    formerPrefixes: [],
    legacy: [],
  },
  headers: ['authorization', 'x-api-key'],
  errors: 'problem',
  messages: dictionary({}),
  permissions: [],
  aliases: dictionary({}),
  roles: dictionary({
    admin: ['*'],
    manager: ['*:read', 'projects:write', 'webhooks:write'],
    engineer: ['api_keys:*', 'projects:read', 'projects:write', 'webhooks:*', 'usage:read'],
    member: ['projects:read', 'users:read', 'usage:read'],
  }),
  neverByKey: [],
  minting: {
    organization: ['admin'],
    project: ['admin', 'engineer'],
    keysManageKeys: false,
    perMemberPerDay: 50,
    activePerMember: 500,
    revokedCountAsActive: false,
    maxLifetimeDays: null,
  },
  tiers: dictionary({ standard: { limit: 600, windowSeconds: 60 } }),
  defaultTier: 'standard',
  ui: {
    product: 'Mintmark',
    keysTitle: 'API keys',
    keysPath: '/settings/developer/api-keys',
    accent: '#1f7a3f',
    logo: null,
  },
})
