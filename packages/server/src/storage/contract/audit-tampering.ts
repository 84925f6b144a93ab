/** SQL that alters the chain called `chain`, by hand, past every trigger. `at` is a sequence. */
export type Tampering = {
  readonly alter: (at: number) => readonly string[]
  /** The sequence that a check must name; default `at`. Null where this row has nothing of the kind. */
  readonly named?: (at: number, rows: readonly TamperedRow[]) => number | null
}

/** What a row was before. */
export type TamperedRow = {
  readonly sequence: number
  readonly isErased: boolean
}

/** Longer than any chain here. */
const far = 1_000_000

const columns = [
  'payload_digest',
  'digest',
  'payload',
  'salt',
  'id',
  'at',
  'action',
  'actor_type',
  'actor_id',
  'target_type',
  'target_id',
  'project_id',
]

/** Every way in which one row can be altered, dropped, moved or added. */
export function tamperingsOf(chain: string, bytes: (hex: string) => string): Readonly<Record<string, Tampering>> {
  const where = (at: number | string): string => `where chain = '${chain}' and sequence = ${at}`
  const set = (change: string): Tampering => ({ alter: (at) => [`update audit_events set ${change} ${where(at)}`] })
  const ofWhatIsThere = (change: string): Tampering => ({
    ...set(change),
    named: (at, rows) => (rows[at - 1]?.isErased === true ? null : at),
  })
  const move = (from: number | string, to: number | string): string =>
    `update audit_events set sequence = ${to} ${where(from)}`
  const makeRoom = (at: number): readonly string[] => [
    `update audit_events set sequence = sequence + ${far} where chain = '${chain}' and sequence >= ${at}`,
    `update audit_events set sequence = sequence - ${far} + 1 where chain = '${chain}' and sequence >= ${far}`,
  ]
  const copied = (source: number, to: number, change: Readonly<Record<string, string>> = {}): string => {
    const values = columns.map((column) => change[column] ?? column)
    return `insert into audit_events (chain, sequence, ${columns.join(', ')})
      select chain, ${to}, ${values.join(', ')} from audit_events ${where(source)}`
  }
  return {
    'a payload that says something else': ofWhatIsThere(
      `payload = replace(payload, '"requestId":"', '"requestId":"x')`,
    ),
    'a payload that is no JSON': ofWhatIsThere(`payload = '{'`),
    'a payload and its columns that say something else': ofWhatIsThere(
      `payload = replace(payload, '"action":"', '"action":"x'), action = 'x' || action`,
    ),
    'a payload that is given a tombstone': ofWhatIsThere(
      `payload = replace(payload, '"actor":{', '"actor":{"ownerUserId":null,')`,
    ),
    'a payload that declares': ofWhatIsThere(
      `payload = replace(payload, '"changes":{', '"changes":{"erased":[1,2,3,4,5,6,7,8,9],'), action = 'api_key.deleted'`,
    ),
    'another salt': ofWhatIsThere(`salt = ${bytes('07'.repeat(32))}`),
    'no salt, but a payload': {
      alter: (at) => [`update audit_events set payload = null, salt = null ${where(at)}`],
      named: (at, rows) => (rows[at - 1]?.isErased === true ? null : at),
    },
    'emptied altogether': {
      alter: (at) => [
        `update audit_events set ${columns
          .slice(2)
          .map((column) => `${column} = null`)
          .join(', ')} ${where(at)}`,
      ],
      named: (at, rows) => (rows[at - 1]?.isErased === true ? null : at),
    },
    'filled where it was empty': {
      alter: (at) => [`update audit_events set payload = '{}', salt = ${bytes('07'.repeat(32))} ${where(at)}`],
    },
    'another payload digest': set(`payload_digest = '${'0'.repeat(64)}'`),
    'another digest': set(`digest = '${'0'.repeat(64)}'`),
    'another id': set(`id = 'evt_forged'`),
    'another time': set('at = coalesce(at, 0) + 1'),
    'another action': set(`action = 'forged'`),
    'another sort of actor': set(`actor_type = 'forged'`),
    'another actor': set(`actor_id = 'forged'`),
    'another sort of target': set(`target_type = 'forged'`),
    'another target': set(`target_id = 'forged'`),
    'another project': set(`project_id = 'forged'`),
    dropped: { alter: (at) => [`delete from audit_events ${where(at)}`] },
    'dropped, and those after it moved up': {
      alter: (at) => [
        `delete from audit_events ${where(at)}`,
        `update audit_events set sequence = sequence + ${far} where chain = '${chain}' and sequence > ${at}`,
        `update audit_events set sequence = sequence - ${far} - 1 where chain = '${chain}' and sequence >= ${far}`,
      ],
    },
    'in the place of the one after it': {
      alter: (at) => [move(at, -1), move(at + 1, at), move(-1, at + 1)],
      named: (at, rows) => (at === rows.length ? null : at),
    },
    'in the place of the first': {
      alter: (at) => [move(at, -1), move(1, at), move(-1, 1)],
      named: (at) => (at === 1 ? null : 1),
    },
    'a copy of it put before it': {
      alter: (at) => [...makeRoom(at), copied(at + 1, at, { id: 'null' })],
      // Of an empty one nobody can say which is the copy.
      named: (at, rows) => (rows[at - 1]?.isErased === true ? at + 1 : at),
    },
    'a forged one put before it': {
      alter: (at) => [...makeRoom(at), copied(at + 1, at, { id: `'evt_forged'`, payload_digest: 'digest' })],
    },
    'a copy of it put at the end': {
      alter: (at) => [
        copied(at, far, { id: 'null' }),
        move(far, `(select max(sequence) + 1 from audit_heads where chain = '${chain}')`),
      ],
      named: (_, rows) => rows.length + 1,
    },
    'a copy of it put before the first': { alter: (at) => [copied(at, -at, { id: 'null' })], named: () => 1 },
  }
}
