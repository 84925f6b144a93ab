import type { KeyRow, SessionRow } from '../../engine/ports/directory.ts'

/**
 * What a look-up by digest reads, the same on both engines. All columns travel as the text of one JSON array: it is
 * quicker than 28 columns on either engine (PostgreSQL: 4.7 us of client CPU against 6.1), and two rows are equal
 * exactly when their texts are.
 */
export type LookupTables = {
  /** Arguments of the engine's function that makes a JSON array. */
  readonly columns: string
  /** FROM clause. */
  readonly tables: string
  /** The column that the digest is compared with. */
  readonly digest: string
}

export type LookupRows<Row> = LookupTables & {
  /** Of the text of such an array. */
  readonly parse: (text: string) => Row
}

const keyColumns = {
  keyNumber: 'k.number',
  keyId: 'k.id',
  secretNumber: 's.number',
  secretId: 's.id',
  prefix: 's.prefix',
  name: 'k.name',
  environment: 'k.environment',
  scope: 'k.scope',
  organizationId: 'k.organization_id',
  projectId: 'k.project_id',
  permissions: 'k.permissions',
  createdByUserId: 'k.created_by_user_id',
  ownerUserId: 'k.owner_user_id',
  fixedRole: 'k.role',
  ownerRole: 'm.role',
  ownerStatus: 'm.status',
  expiresAtMs: 'k.expires_at',
  revokedAtMs: 'k.revoked_at',
  secretEndsAtMs: 's.ends_at',
  awaitsFirstUse: 's.awaits_first_use',
  organizationStatus: 'o.status',
  organizationTier: 'o.tier',
  organizationLimit: 'o.rate_limit',
  organizationWindowSeconds: 'o.rate_window_seconds',
  keyLimit: 'k.rate_limit',
  keyWindowSeconds: 'k.rate_window_seconds',
  ipAllowlist: 'k.ip_allowlist',
  metadata: 'k.metadata',
} satisfies Record<Exclude<keyof KeyRow, 'kind'>, string>

const sessionColumns = {
  sessionId: 'n.id',
  organizationId: 'n.organization_id',
  userId: 'n.user_id',
  expiresAtMs: 'n.expires_at',
  steppedUpUntilMs: 'n.stepped_up_until',
  role: 'm.role',
  memberStatus: 'm.status',
  organizationStatus: 'o.status',
} satisfies Record<Exclude<keyof SessionRow, 'kind'>, string>

const keyNames = Object.keys(keyColumns)
const sessionNames = Object.keys(sessionColumns)

export const keyRows: LookupRows<KeyRow> = {
  columns: Object.values(keyColumns).join(', '),
  tables: `api_key_secrets s
    join api_keys k on k.number = s.key_number
    left join organizations o on o.id = k.organization_id
    left join members m on m.organization_id = k.organization_id and m.user_id = k.owner_user_id`,
  digest: 's.digest',
  parse: (text) => {
    const row = named(keyNames, text)
    return asRow<KeyRow>({ kind: 'key', ...row, awaitsFirstUse: row['awaitsFirstUse'] === 1 })
  },
}

/** A session ends with its member: without one there is no row. */
export const sessionRows: LookupRows<SessionRow> = {
  columns: Object.values(sessionColumns).join(', '),
  tables: `sessions n
    join organizations o on o.id = n.organization_id
    join members m on m.organization_id = n.organization_id and m.user_id = n.user_id`,
  digest: 'n.digest',
  parse: (text) => asRow<SessionRow>({ kind: 'session', ...named(sessionNames, text) }),
}

function named(names: readonly string[], text: string): Record<string, unknown> {
  const cells = JSON.parse(text) as unknown[]
  const row: Record<string, unknown> = {}
  for (const [index, name] of names.entries()) row[name] = cells[index]
  return row
}

/** The tables' own constraints vouch for the types; the column lists above for the names. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- see above
const asRow = <Row>(row: Record<string, unknown>): Row => row as Row
