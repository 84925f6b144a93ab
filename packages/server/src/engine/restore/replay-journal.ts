import type { KeyId, OrganizationId } from '@mintmark/core'
import { systemCaller } from '../caller.ts'
import { digestEnding } from '../ending.ts'
import { eraseKey } from '../keys/erase-key.ts'
import type { Random } from '../ports/clock.ts'
import type { EndableSecret, JournalEntry, JournalStore } from '../ports/journal.ts'
import type { Storage } from '../ports/storage.ts'
import type { WindowStore } from '../ports/windows.ts'
import { createTombstone } from '../tombstone.ts'
import type { Mutate } from '../unit-of-work.ts'
import { aboutDeletedKey, aboutKey } from '../webhooks/event-data.ts'

/**
 * Brings what the journal says to have ended to its end in the database too, with an audit event of the system's for
 * each. Answers how much there was to do: nothing, where the database has it all.
 */
export type ReplayJournal = (entries: readonly JournalEntry[]) => Promise<number>

export type ReplayParts = {
  readonly storage: Storage
  readonly mutate: Mutate
  readonly random: Random
  readonly windows: WindowStore
}

/** Rows looked at in one unit of work. */
const pageRows = 1_000
const job = 'journal'

export function createReplayJournal(parts: ReplayParts): ReplayJournal {
  return async (entries) => {
    if (entries.length === 0) return 0
    const ended = new Map(entries.map(({ digest, atMs }) => [digest, atMs]))
    const done =
      (await deleteOrganizations(parts, ended)) +
      (await endKeys(parts, ended)) +
      (await endSecrets(parts, ended)) +
      (await endSessions(parts, ended)) +
      (await endSignIns(parts, ended))
    // Those of members who have left since are not in the journal one by one.
    if (done > 0) await endEverySession(parts)
    return done
  }
}

/** Digest to time. */
type Ended = ReadonlyMap<string, number>

async function deleteOrganizations(parts: ReplayParts, ended: Ended): Promise<number> {
  let done = 0
  for await (const { id, createdAtMs } of rowsOf(parts, (journals, after) =>
    journals.listOrganizations(after, pageRows),
  )) {
    if (!ended.has(digestEnding({ what: 'organization deleted', id, createdAtMs }))) continue
    await parts.mutate({
      caller: systemCaller(null, job),
      async work({ stores, tell }) {
        stores.mustFit()
        stores.journals.replay()
        await stores.organizations.delete(id)
        await tell({ action: 'organization.deleted', target: { type: 'organization', id } })
        return { result: null, resourceId: null }
      },
    })
    done += 1
  }
  return done
}

async function endKeys(parts: ReplayParts, ended: Ended): Promise<number> {
  let done = 0
  for await (const { id, organizationId, isRevoked } of rowsOf(parts, (journals, after) =>
    journals.listKeys(after, pageRows),
  )) {
    if (ended.has(digestEnding({ what: 'key deleted', id })) && organizationId !== null) {
      await deleteKey(parts, organizationId, id)
      done += 1
      continue
    }
    const revokedAtMs = ended.get(digestEnding({ what: 'key revoked', id }))
    if (revokedAtMs === undefined || isRevoked) continue
    await revokeKey(parts, organizationId, id, revokedAtMs)
    done += 1
  }
  return done
}

async function deleteKey(
  { mutate, random, windows }: ReplayParts,
  organizationId: OrganizationId,
  id: KeyId,
): Promise<void> {
  await mutate({
    caller: systemCaller(organizationId, job),
    async work({ stores, tell }) {
      stores.mustFit()
      stores.journals.replay()
      const key = await stores.keys.lock(organizationId, id)
      if (key === null) return { result: null, resourceId: null }
      const tombstone = createTombstone(random)
      const changes = await eraseKey(stores, organizationId, key, tombstone, random)
      const target = { type: 'api_key', id: tombstone }
      await tell({ action: 'api_key.deleted', target, projectId: key.projectId, changes }, aboutDeletedKey(key))
      return { result: null, resourceId: null }
    },
  })
  await windows.forget(id)
}

async function revokeKey(
  { mutate }: ReplayParts,
  organizationId: OrganizationId | null,
  id: KeyId,
  atMs: number,
): Promise<void> {
  const caller = systemCaller(organizationId, job)
  await mutate({
    caller,
    async work({ stores, nowMs, tell }) {
      stores.mustFit()
      stores.journals.replay()
      const key = await stores.keys.lock(organizationId, id)
      if (key === null || key.revocation !== null) return { result: null, resourceId: null }
      const revocation = { atMs, by: caller.actor, reason: 'unspecified', comment: null } as const
      await stores.keys.revoke(key.number, revocation)
      if (organizationId === null) {
        await tell({ action: 'operator_key.revoked', target: { type: 'operator_key', id } })
      } else {
        const happening = { action: 'api_key.revoked', target: { type: 'api_key', id }, projectId: key.projectId }
        await tell(
          { ...happening, changes: { reason: 'unspecified', comment: null } },
          aboutKey({ ...key, revocation }, await nowMs()),
        )
      }
      return { result: null, resourceId: null }
    },
  })
}

async function endSecrets(parts: ReplayParts, ended: Ended): Promise<number> {
  let done = 0
  for await (const secret of rowsOf(parts, (journals, after) => journals.listSecrets(after, pageRows))) {
    const endsAtMs = ended.get(digestEnding({ what: 'secret ended', id: secret.id }))
    if (endsAtMs === undefined || (secret.endsAtMs !== null && secret.endsAtMs <= endsAtMs)) continue
    await endSecret(parts, secret, endsAtMs)
    done += 1
  }
  return done
}

async function endSecret({ mutate }: ReplayParts, secret: EndableSecret, endsAtMs: number): Promise<void> {
  await mutate({
    caller: systemCaller(secret.organizationId, job),
    async work({ stores, tell }) {
      stores.mustFit()
      stores.journals.replay()
      const key = await stores.keys.lock(secret.organizationId, secret.keyId)
      if (key === null) return { result: null, resourceId: null }
      await stores.keys.endSecret(secret.number, endsAtMs)
      await tell({
        action: 'api_key.secret_ended',
        target: { type: 'api_key', id: key.id },
        projectId: key.projectId,
        changes: { secretId: secret.id },
      })
      return { result: null, resourceId: null }
    },
  })
}

async function endSessions(parts: ReplayParts, ended: Ended): Promise<number> {
  let done = 0
  for await (const { id, organizationId, userId, expiresAtMs } of rowsOf(parts, (journals, after) =>
    journals.listSessions(after, pageRows),
  )) {
    const endedAtMs = ended.get(digestEnding({ what: 'session ended', id }))
    if (endedAtMs === undefined || expiresAtMs <= endedAtMs) continue
    await parts.mutate({
      caller: systemCaller(organizationId, job),
      async work({ stores, tell }) {
        stores.mustFit()
        stores.journals.replay()
        await stores.sessions.end(organizationId, id, endedAtMs)
        await tell({ action: 'session.ended', target: { type: 'member', id: userId }, changes: { sessionId: id } })
        return { result: null, resourceId: null }
      },
    })
    done += 1
  }
  return done
}

async function endSignIns(parts: ReplayParts, ended: Ended): Promise<number> {
  let done = 0
  for await (const { number, id, expiresAtMs } of rowsOf(parts, (journals, after) =>
    journals.listSignIns(after, pageRows),
  )) {
    const endedAtMs = ended.get(digestEnding({ what: 'sign-in ended', id }))
    if (endedAtMs === undefined || expiresAtMs <= endedAtMs) continue
    await parts.mutate({
      caller: systemCaller(null, job),
      async work({ stores, tell }) {
        stores.mustFit()
        stores.journals.replay()
        const signIn = await stores.signIns.lock(number)
        if (signIn === null) return { result: null, resourceId: null }
        await stores.signIns.end(signIn, endedAtMs)
        const target = { type: 'person', id: signIn.userId }
        await tell({ action: 'person.signed_out', target, changes: { signInId: id } })
        return { result: null, resourceId: null }
      },
    })
    done += 1
  }
  return done
}

async function endEverySession({ mutate }: ReplayParts): Promise<void> {
  await mutate({
    caller: systemCaller(null, job),
    async work({ stores, nowMs, tell }) {
      stores.mustFit()
      const sessions = await stores.journals.endSessions(await nowMs())
      const target = { type: 'installation', id: 'installation' }
      if (sessions > 0) await tell({ action: 'installation.sessions_ended', target, changes: { sessions } })
      return { result: null, resourceId: null }
    },
  })
}

async function* rowsOf<Row extends { readonly number: number }>(
  { storage }: ReplayParts,
  list: (journals: JournalStore, after: number) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  for (let after = 0; ;) {
    const rows = await storage.read('every-organization', async ({ journals }) => list(journals, after))
    yield* rows
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.number
  }
}
