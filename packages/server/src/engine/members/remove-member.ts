import { parseChosenId, type UserId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { memberResource } from '../chosen-resource.ts'
import { boundingRole, requirePermission, requireWithinNow, standingNow, type Standing } from '../grants.ts'
import { requireRoomForActive } from '../keys/creation-limits.ts'
import { requireOwnEnvironment } from '../keys/key-access.ts'
import { statusOfKey } from '../keys/key-view.ts'
import type { KeyOwner, KeyWithSecrets } from '../ports/keys.ts'
import type { Member } from '../ports/members.ts'
import type { Stores } from '../ports/storage.ts'
import { invalid, notFound } from '../refused.ts'
import type { Unit } from '../unit-of-work.ts'
import { requireAnotherAdministrator, requireRightsOf } from './administrators.ts'
import { aboutKey, aboutMember } from '../webhooks/event-data.ts'
import { describeMember } from './member-view.ts'
import type { MemberParts } from './parts.ts'

/** What becomes of a removed member's keys. */
export type KeyFate = 'revoke' | 'organization' | { readonly userId: UserId }

/** `?keys=`: `revoke` (default), `organization`, or a user's id. */
export function parseKeyFate(text: string | undefined): KeyFate {
  if (text === undefined || text === 'revoke') return 'revoke'
  if (text === 'organization') return 'organization'
  const userId = parseChosenId('usr', text)
  if (userId === null) throw invalid('keys', 'Say revoke, organization, or the id of another member.')
  return { userId }
}

export type RemovalInput = {
  readonly keys: KeyFate
  /** The operator's word, as with a sync: the organization may be left without an administrator. */
  readonly mayBeLast?: boolean
}

/** Removes a member, ends his sessions, and deals with his keys, in one transaction. */
export async function removeMember(
  parts: MemberParts,
  caller: CallerIn,
  userIdText: string,
  { keys: fate, mayBeLast = false }: RemovalInput,
): Promise<void> {
  const { organizationId } = caller
  const userId = parseChosenId('usr', userIdText)
  if (userId === null) throw notFound()
  await parts.mutate({
    caller,
    async work(unit) {
      const { stores, tell } = unit
      stores.mustFit()
      if ((await stores.organizations.lock(organizationId)) === null) throw notFound()
      const standing = await standingNow(parts.rights, stores, caller)
      const member = await stores.members.lock(organizationId, userId)
      if (member === null) throw notFound()
      requirePermission(standing, 'users:write')
      requireRightsOf(parts.rights, standing, member.role)
      if (!mayBeLast) await requireAnotherAdministrator(parts.rights, stores, member, null)
      const heir = await lockHeir(stores, member, fate)
      const minters = heir?.type === 'organization' ? await lockMinters(stores, member) : new Set<UserId>()
      const keys = await stores.keys.lockUnrevoked(organizationId, { ownerUserId: userId })
      requireOwnEnvironment(caller, keys)
      for (const key of keys) await settleKey(parts, unit, { caller, standing, member, heir, minters }, key)
      await stores.idempotency.erase(memberResource(organizationId, userId))
      await stores.members.delete(organizationId, userId)
      const changes = { ...describeMember(member), keys: typeof fate === 'string' ? fate : fate.userId }
      await tell({ action: 'member.removed', target: { type: 'member', id: userId }, changes }, aboutMember(member))
      return { result: null, resourceId: null }
    },
  })
}

/** Who has the keys afterwards; null: nobody, they are revoked. */
async function lockHeir(stores: Stores, member: Member, fate: KeyFate): Promise<KeyOwner | null> {
  if (fate === 'revoke') return null
  if (fate === 'organization') return { type: 'organization', role: member.role }
  const heir = fate.userId === member.userId ? null : await stores.members.lock(member.organizationId, fate.userId)
  if (heir?.status !== 'active') throw invalid('keys', 'There is no other active member with this id.')
  return { type: 'member', userId: heir.userId }
}

/** Organization-owned keys count for who minted them: those who are still here, locked before the keys are. */
async function lockMinters(stores: Stores, { organizationId, userId }: Member): Promise<ReadonlySet<UserId>> {
  const minters = new Set<UserId>()
  for (const minter of await stores.keys.listMinters(organizationId, userId)) {
    if ((await stores.members.lock(organizationId, minter)) !== null) minters.add(minter)
  }
  return minters
}

type Removal = {
  readonly caller: CallerIn
  readonly standing: Standing
  readonly member: Member
  readonly heir: KeyOwner | null
  readonly minters: ReadonlySet<UserId>
}

async function settleKey(parts: MemberParts, unit: Unit, removal: Removal, key: KeyWithSecrets): Promise<void> {
  const { stores, nowMs, tell } = unit
  const { caller, member, heir } = removal
  const target = { type: 'api_key', id: key.id }
  const atMs = await nowMs()
  if (heir === null) {
    const revocation = { atMs, by: caller.actor, reason: 'owner_removed', comment: null } as const
    await stores.keys.revoke(key.number, revocation)
    const changes = { reason: 'owner_removed' }
    const happening = { action: 'api_key.revoked', target, projectId: key.projectId, changes }
    await tell(happening, aboutKey({ ...key, revocation }, atMs))
    return
  }
  await requireMayHandOver(parts, stores, removal, heir, key)
  const holder = holderAfter(removal, heir, key)
  if (holder !== null && statusOfKey(key, atMs) === 'active') {
    await requireRoomForActive(parts.contract, stores, member.organizationId, holder, atMs)
  }
  await stores.keys.update(key.number, { owner: heir })
  const changes = { owner: { before: key.owner, after: heir } }
  await tell({ action: 'api_key.transferred', target, projectId: key.projectId, changes })
}

/** Nobody hands on a key with rights beyond his own: as the heir's role, or the fixed one, will make them. */
async function requireMayHandOver(
  parts: MemberParts,
  stores: Stores,
  { standing, member }: Removal,
  heir: KeyOwner,
  { scope, projectId, permissions }: KeyWithSecrets,
): Promise<void> {
  if (scope === 'installation') return
  const role = await boundingRole(stores, member.organizationId, heir)
  requireWithinNow(parts.rights, standing, { scope, projectId, permissions, role })
}

/** The member whose count of active keys rises by this key; null: nobody's does. */
function holderAfter({ minters }: Removal, heir: KeyOwner, { createdByUserId }: KeyWithSecrets): UserId | null {
  if (heir.type === 'member') return heir.userId
  return createdByUserId !== null && minters.has(createdByUserId) ? createdByUserId : null
}
