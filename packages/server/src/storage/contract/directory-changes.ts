import type { KeyRow } from '../../engine/ports/directory.ts'
import * as rows from './directory-rows.ts'
import type { Db, MemberRows, MintedRows, Values } from './directory-rows.ts'

const ofKey = (key: MintedRows): Values => ({ number: key.keyNumber })
const ofOwner = (key: MemberRows): Values => ({ user_id: key.userId })
const ofOrganization = (key: MemberRows): Values => ({ id: key.organizationId })
/** One write to what a key's row is joined from, and what of the row it changes. */
type Change = readonly [
  name: string,
  write: (db: Db, key: MintedRows & MemberRows) => Promise<void>,
  /** Null: the key is gone. */
  changed: Partial<KeyRow> | null,
]
/** Every way in which what a credential may do can change, as the tables have it. */
export const changes: readonly Change[] = [
  ['a revocation', (db, key) => rows.revokeKey(db, key.keyNumber), { revokedAtMs: rows.revokedAtMs }],
  ['a deletion', (db, key) => rows.erase(db, 'api_keys', ofKey(key)), null],
  [
    'an end of the secret',
    (db, key) => rows.update(db, 'api_key_secrets', { number: key.secretNumber }, { ends_at: 5 }),
    { secretEndsAtMs: 5 },
  ],
  ['a narrowing', (db, key) => rows.update(db, 'api_keys', ofKey(key), { permissions: '[]' }), { permissions: '[]' }],
  ['an expiry', (db, key) => rows.update(db, 'api_keys', ofKey(key), { expires_at: 7 }), { expiresAtMs: 7 }],
  [
    'a limit',
    (db, key) => rows.update(db, 'api_keys', ofKey(key), { rate_limit: 1, rate_window_seconds: 2 }),
    { keyLimit: 1, keyWindowSeconds: 2 },
  ],
  [
    'a demotion of the owner',
    (db, key) => rows.update(db, 'members', ofOwner(key), { role: 'member' }),
    { ownerRole: 'member' },
  ],
  [
    'a suspension of the owner',
    (db, key) => rows.update(db, 'members', ofOwner(key), { status: 'suspended' }),
    { ownerStatus: 'suspended' },
  ],
  [
    'a removal of the owner',
    (db, key) => rows.erase(db, 'members', ofOwner(key)),
    { ownerRole: null, ownerStatus: null },
  ],
  [
    'a suspension of the organization',
    (db, key) => rows.update(db, 'organizations', ofOrganization(key), { status: 'suspended' }),
    { organizationStatus: 'suspended' },
  ],
  [
    'another tier',
    (db, key) => rows.update(db, 'organizations', ofOrganization(key), { tier: 'scale' }),
    { organizationTier: 'scale' },
  ],
  ['a deletion of the organization', (db, key) => rows.erase(db, 'organizations', ofOrganization(key)), null],
]
