/** The four real systems that a contract must be able to state, as their companies would write them. */
export const vendorContracts = {
  align: {
    name: 'Align',
    keys: { prefixes: { live: 'ako_' } },
    errors: 'reason',
    permissions: [
      'read:entry',
      'write:entry',
      'read:time_entry',
      'write:time_entry',
      'approve:time_entry',
      'read:integration_link',
    ],
    roles: {
      admin: ['*'],
      manager: ['*:read', 'read:*', 'write:*', 'approve:time_entry', 'projects:write', 'webhooks:write'],
      engineer: ['read:*', 'write:*', 'api_keys:*', 'projects:read', 'projects:write', 'webhooks:*', 'usage:read'],
      member: ['read:*', 'write:entry', 'projects:read'],
    },
    minting: { organization: ['admin'], project: ['admin', 'engineer'] },
    tiers: { standard: { limit: 600, windowSeconds: 60 } },
    ui: { product: 'Align', keysTitle: 'API Keys', keysPath: '/settings/developer/api-keys' },
  },
  alfaone: {
    name: 'AlfaOne',
    keys: { prefixes: { live: 'ak_live_', test: 'ak_test_' }, length: 32, checksum: 6, shown: 4 },
    headers: ['x-api-key'],
    errors: 'error',
    messages: {
      missing_key: 'API key is required',
      invalid_key: 'Invalid API key',
      key_expired: 'API key has expired',
      key_revoked: 'API key has been revoked',
      rate_limit: 'Rate limit exceeded. Please try again later.',
    },
    permissions: ['assessments:read', 'assessments:write'],
    tiers: { standard: { limit: 100, windowSeconds: 60 }, enterprise: { limit: 1000, windowSeconds: 60 } },
    defaultTier: 'standard',
    ui: { keysTitle: 'Integrations', keysPath: '/settings/integrations' },
  },
  aether365: {
    name: 'Aether365',
    keys: { prefixes: { live: 'ae_live_' }, length: 38, shown: 4 },
    headers: ['authorization'],
    errors: 'envelope',
    permissions: ['scans:read', 'scans:write', 'billing:read', 'billing:write', 'plan:write'],
    roles: { admin: ['*'], member: ['scans:*', 'api_keys:*'] },
    neverByKey: ['billing:write', 'plan:*'],
    minting: { organization: ['admin', 'member'], keysManageKeys: true },
    tiers: { standard: { limit: 120, windowSeconds: 60 } },
  },
  alternateFutures: {
    name: 'Alternate Futures',
    keys: { prefixes: { live: 'af_live_', test: 'af_test_' }, length: 32, shown: 4, formerPrefixes: ['af_'] },
    headers: ['authorization'],
    errors: 'error',
    messages: {
      creation_limit: 'Rate limit exceeded. You can only create {limit} API keys per day. Limit resets at {resetAt}',
      active_key_limit:
        'Maximum active API keys limit reached. You can have up to {maxActiveKeys} active keys. ' +
        'Please delete unused keys before creating new ones.',
    },
    permissions: ['agents', 'sites', 'storage', 'billing'].flatMap((noun) => [`${noun}:read`, `${noun}:write`]),
    aliases: { all: ['agents:*', 'sites:*', 'storage:*', 'billing:*'] },
    minting: { perMemberPerDay: 50, activePerMember: 500, revokedCountAsActive: true },
    tiers: {
      free: { limit: 100, windowSeconds: 60 },
      pro: { limit: 1000, windowSeconds: 60 },
    },
    defaultTier: 'free',
  },
} as const
