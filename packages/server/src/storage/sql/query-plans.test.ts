import { randomBytes } from 'node:crypto'
import { createId } from '@mintmark/core'
import { afterEach, expect, test, vi } from 'vitest'
import type { Stores } from '../../engine/ports/storage.ts'
import { everyKey, newestPage, newOrganizationId, newProjectId, newUserId } from '../contract/storage-samples.ts'
import { SqliteDatabase } from './sqlite-database.ts'
import { openSqlite } from './sqlite.ts'

const organizationId = newOrganizationId()
const userId = newUserId()
const projectId = newProjectId()
const keyId = createId('key', randomBytes)
const active = { ...everyKey, status: 'active' } as const
const unrevoked = { nowMs: 1, countRevoked: false }

/** Each with the index that answers it, so that its cost does not grow with the organization, nor with the table. */
const statements: Readonly<Record<string, readonly [string, (stores: Stores) => Promise<unknown>]>> = {
  'a page of organizations': ['INTEGER PRIMARY KEY (rowid<?)', async (s) => s.organizations.list(newestPage)],
  'a page of members': [
    'members_list (organization_id=? AND number<?)',
    async (s) => s.members.list(organizationId, newestPage),
  ],
  'a page of projects': [
    'projects_list (organization_id=? AND number<?)',
    async (s) => s.projects.list(organizationId, newestPage),
  ],
  'a page of keys': [
    'api_keys_list (organization_id=? AND number<?)',
    async (s) => s.keys.list(organizationId, active, newestPage),
  ],
  'a page of a member’s keys': [
    'api_keys_owner_unrevoked (organization_id=? AND owner_user_id=? AND rowid<?)',
    async (s) => s.keys.list(organizationId, { ...active, owner: userId }, newestPage),
  ],
  'a member’s own keys, counted': [
    'api_keys_owner_unrevoked (organization_id=? AND owner_user_id=?)',
    async (s) => s.keys.countActive(organizationId, userId, unrevoked),
  ],
  'keys minted for the organization, counted': [
    'api_keys_minter (organization_id=? AND created_by_user_id=?)',
    async (s) => s.keys.countActive(organizationId, userId, unrevoked),
  ],
  'keys that show a prefix': [
    'api_key_secrets_prefix (prefix=?)',
    async (s) => s.keys.findShown('mk_live_Abc12345', 9),
  ],
  'a project’s keys': [
    'api_keys_project (organization_id=? AND project_id=?)',
    async (s) => s.keys.lockUnrevoked(organizationId, { projectId }),
  ],
  'a key’s revocations': [
    'api_keys_revoker (organization_id=? AND revoked_by_id=?)',
    async (s) => s.keys.replaceRevoker(organizationId, keyId, keyId),
  ],
  'a member’s mints': [
    'mint_log_member (organization_id=? AND user_id=? AND at>?)',
    async (s) => s.mintLog.recent(organizationId, userId, { sinceMs: 1, nth: 50 }),
  ],
  'what was done to a key': [
    'audit_events_target (chain=? AND target_id=?)',
    async (s) => s.audit.eraseTarget(organizationId, keyId),
  ],
  'what a key did': [
    'audit_events_actor (chain=? AND actor_id=?)',
    async (s) => s.audit.listByActor(organizationId, keyId),
  ],
  'a key whose expiry is to be told': [
    'api_keys_notice (notice_due_at<?)',
    async (s) => s.expiryNotices.nextOrganization(1),
  ],
  'keys whose usage is told': [
    'api_keys_list (organization_id=?)',
    async (s) =>
      s.usage.listKeyNumbers(organizationId, { keyId: null, projectId: null, environment: null, ownerUserId: null }),
  ],
  'old mints': ['mint_log_age (at<?)', async (s) => s.mintLog.deleteBefore(1, 9)],
  'old idempotency records': ['idempotency_age (at<?)', async (s) => s.idempotency.deleteBefore(1, 9)],
  'ended sessions': ['sessions_expiry (expires_at<?)', async (s) => s.sessions.deleteEndedBefore(1, 9)],
  'expired invitations': ['invitations_expiry (expires_at<?)', async (s) => s.invitations.deleteExpiredBefore(1, 9)],
  'what made a resource': ['idempotency_resource (resource_id=?)', async (s) => s.idempotency.erase('x')],
}

afterEach(() => vi.restoreAllMocks())

test.each(Object.entries(statements))('%s: answered by its index', async (_, [index, run]) => {
  const opened = await openSqlite({
    file: ':memory:',
    clock: { nowMs: Date.now },
    random: randomBytes,
    onFatal: () => {},
  })
  const executed = vi.spyOn(SqliteDatabase.prototype, 'execute')
  await opened.storage.transaction('every-organization', run)
  const texts = executed.mock.calls.map(([text]) => text).filter((text) => !text.includes('audit_permits'))
  const plans = texts.flatMap((text) => {
    const parameters = Array.from({ length: text.split('?').length - 1 }, () => null)
    const steps = opened.database.prepare(`explain query plan ${text}`).all(...parameters)
    return steps.map((step) => String(step['detail']))
  })
  expect(plans.join('\n')).toContain(index)
  expect(plans.filter((step) => /^SCAN [a-z]|TEMP B-TREE/.test(step) && !step.startsWith('SCAN CONSTANT'))).toEqual([])
  await opened.close()
})
