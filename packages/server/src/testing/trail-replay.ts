import { chainOrigin, checkChain, type ChainCheck, type ChainDigest } from '@mintmark/core'
import type { AuditPayload } from '../engine/audit.ts'
import { readPayload, toChainEvent } from '../engine/audit-events/stored-event.ts'
import type { AuditRecord } from '../engine/ports/audit.ts'
import { toRecord } from '../storage/sql/audit-records.ts'

export type Row = Readonly<Record<string, unknown>>

/** Runs a SELECT, past the stores, on every organization's rows. */
export type Ask = (text: string) => Promise<readonly Row[]>

/** What there is, by sort and id, without what no event tells of. */
export type State = ReadonlyMap<string, Row>

/** A chain as it is stored, and what it tells. */
export type Trail = { readonly check: ChainCheck; readonly events: readonly AuditPayload[] }

export async function readTrail(ask: Ask, chain: string): Promise<Trail> {
  const rows = await ask(`select * from audit_events where chain = '${chain}' order by sequence`)
  const [head] = await ask(`select sequence, digest from audit_heads where chain = '${chain}'`)
  const [installation] = await ask('select installation_id from installation')
  const records = rows.map((row) => toRecord(row as never)) as readonly AuditRecord[]
  const origin = { sequence: 0, digest: chainOrigin(String(installation?.['installation_id'])) }
  const end =
    head === undefined ? origin : { sequence: Number(head['sequence']), digest: head['digest'] as ChainDigest }
  return {
    check: checkChain(chain, origin, records.map(toChainEvent), end),
    events: records.flatMap(({ payload }) => readPayload(payload) ?? []),
  }
}

/**
 * What must be there when exactly this has happened. An action that it does not know is one that nobody accounts for.
 * @param sessionsEndedMs when every session of the installation was ended, by its own chain
 */
export function replayTrail(events: readonly AuditPayload[], sessionsEndedMs = 0): State {
  const state = new Map<string, Row>()
  for (const event of events) {
    if (event.action !== 'session.created' || event.at > sessionsEndedMs) replayEvent(state, event)
  }
  return state
}

function replayEvent(state: Map<string, Row>, { action, target, changes, at }: AuditPayload): void {
  const place = `${target.type} ${target.id}`
  const change = (fields: Row): void => {
    const before = state.get(place)
    if (before === undefined) throw new Error(`${action} of ${place}, which was not there`)
    state.set(place, { ...before, ...fields })
  }
  const secretsOf = (): Row => (state.get(place)?.['secrets'] ?? {}) as Row
  switch (action) {
    case 'api_key.created':
    case 'api_key.imported': {
      const { secretId, hashedAs: _, ...policy } = changes
      state.set(place, { ...policy, revoked: null, secrets: { [String(secretId)]: null } })
      return
    }
    case 'api_key.rotated': {
      const ended = (changes['ended'] as readonly Row[]).map(({ secretId, endsAt }) => [secretId, endsAt])
      change({ secrets: { ...secretsOf(), ...Object.fromEntries(ended), [String(changes['secretId'])]: null } })
      return
    }
    case 'api_key.secret_ended':
      change({ secrets: { ...secretsOf(), [String(changes['secretId'])]: new Date(at).toISOString() } })
      return
    case 'api_key.revoked':
    case 'operator_key.revoked':
      change({ revoked: changes['reason'] ?? 'unspecified' })
      return
    case 'api_key.deleted':
    case 'installation.sessions_ended':
    case 'webhook.secret_rotated':
    case 'webhook.tested':
      // What was said of it is gone from the trail, as it is from the tables; sessions are in another chain; of webhooks
      // nothing changes that is looked at here.
      return
    case 'operator_key.created':
      state.set(place, { ...changes, revoked: null })
      return
    case 'organization.created':
      state.set(place, { ...changes, status: 'active' })
      return
    case 'webhook.created':
      state.set(place, { ...changes, status: 'enabled' })
      return
    case 'project.created':
    case 'member.created':
    case 'member.invited': {
      const { invitationId, ...fields } = changes
      if (invitationId !== undefined) state.delete(`invitation ${invitationId as string}`)
      state.set(place, fields)
      return
    }
    case 'session.created':
      state.set(`session ${String(changes['sessionId'])}`, { userId: target.id, expiresAt: changes['expiresAt'] })
      return
    case 'session.ended':
      state.delete(`session ${String(changes['sessionId'])}`)
      return
    case 'member.removed':
      for (const [name, row] of state)
        if (name.startsWith('session ') && row['userId'] === target.id) state.delete(name)
      state.delete(place)
      return
    case 'project.deleted':
    case 'invitation.withdrawn':
    case 'webhook.deleted':
    case 'organization.deleted':
      state.delete(place)
      return
    case 'api_key.updated':
    case 'api_key.transferred':
    case 'project.updated':
    case 'member.updated':
    case 'organization.updated':
    case 'webhook.updated':
      change(Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, (value as Row)['after']])))
      return
    default:
      throw new Error(`Nobody knows what ${action} does`)
  }
}

/** What there is of one organization. */
export async function readState(ask: Ask, organizationId: string): Promise<State> {
  const ours = `where organization_id = '${organizationId}'`
  const state = new Map<string, Row>()
  const secrets = await ask(
    `select s.id, s.ends_at, k.id as key_id from api_key_secrets s join api_keys k on k.number = s.key_number ${ours}`,
  )
  for (const row of await ask(`select * from api_keys ${ours}`)) {
    const own = secrets.filter((secret) => secret['key_id'] === row['id'])
    const ends = Object.fromEntries(own.map(({ id, ends_at: endsAt }) => [id, timeOf(endsAt)]))
    state.set(`api_key ${String(row['id'])}`, { ...policyOf(row), revoked: row['revoked_reason'], secrets: ends })
  }
  for (const { id, name } of await ask(`select id, name from projects ${ours}`))
    state.set(`project ${String(id)}`, { name })
  for (const { user_id: id, role, status, email, name } of await ask(`select * from members ${ours}`)) {
    state.set(`member ${String(id)}`, { role, status, email, name })
  }
  for (const { id, email, role, expires_at: expiresAt } of await ask(`select * from invitations ${ours}`)) {
    state.set(`invitation ${String(id)}`, { email, role, expiresAt: timeOf(expiresAt) })
  }
  for (const { id, user_id: userId, expires_at: expiresAt } of await ask(`select * from sessions ${ours}`)) {
    if (Number(expiresAt) > Date.now()) state.set(`session ${String(id)}`, { userId, expiresAt: timeOf(expiresAt) })
  }
  for (const { id, url, events, description, disabled_at: disabled } of await ask(
    `select * from webhook_endpoints ${ours}`,
  )) {
    const status = disabled === null ? 'enabled' : 'disabled'
    state.set(`webhook ${String(id)}`, { url, events: JSON.parse(String(events)), description, status })
  }
  for (const row of await ask(`select * from organizations where id = '${organizationId}'`)) {
    const { name, tier, status } = row
    state.set(`organization ${organizationId}`, { name, tier, status, rateLimit: rateLimitOf(row) })
  }
  return state
}

/** What there is of the installation itself. */
export async function readOperatorKeys(ask: Ask): Promise<State> {
  const rows = await ask("select * from api_keys where scope = 'installation'")
  return new Map(
    rows.map(({ id, name, permissions, revoked_reason: revoked }) => [
      `operator_key ${String(id)}`,
      { name, only: permissions === null ? null : 'verify', revoked },
    ]),
  )
}

function policyOf(row: Row): Row {
  const json = (name: string): unknown => (row[name] === null ? null : JSON.parse(row[name] as string))
  const { owner_user_id: userId, role } = row
  return {
    name: row['name'],
    environment: row['environment'],
    scope: row['scope'],
    projectId: row['project_id'],
    permissions: json('permissions'),
    owner: userId === null ? { type: 'organization', role } : { type: 'member', userId },
    createdByUserId: row['created_by_user_id'],
    expiresAt: timeOf(row['expires_at']),
    ipAllowlist: json('ip_allowlist'),
    rateLimit: rateLimitOf(row),
    metadata: json('metadata'),
  }
}

function rateLimitOf(row: Row): Row | null {
  const { rate_limit: limit, rate_window_seconds: windowSeconds } = row
  return limit === null ? null : { limit: Number(limit), windowSeconds: Number(windowSeconds) }
}

function timeOf(value: unknown): string | null {
  return value === null ? null : new Date(Number(value)).toISOString()
}
