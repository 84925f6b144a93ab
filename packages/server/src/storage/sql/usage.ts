import { setImmediate } from 'node:timers/promises'
import type { OrganizationId } from '@mintmark/core'
import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { bucketMinutes } from '../../engine/ports/usage.ts'
import type { KeyUsage, NamedKey, UsageFilter, UsageRange, UsageStore, UsageSum } from '../../engine/ports/usage.ts'
import type { Unit } from './unit.ts'

export class SqlUsageStore implements UsageStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async listKeyNumbers(organizationId: OrganizationId, filter: UsageFilter): Promise<readonly number[]> {
    const { keyId, projectId, environment, ownerUserId } = filter
    const rows = await this.#unit.db
      .selectFrom('api_keys')
      .select('number')
      .where('organization_id', '=', organizationId)
      .$if(keyId !== null, (select) => select.where('id', '=', keyId))
      .$if(projectId !== null, (select) => select.where('project_id', '=', projectId))
      .$if(environment !== null, (select) => select.where('environment', '=', environment))
      .$if(ownerUserId !== null, (select) => select.where('owner_user_id', '=', ownerUserId))
      .orderBy('number')
      .execute()
    return rows.map(({ number }) => number)
  }

  async sum(keyNumbers: readonly number[], range: UsageRange): Promise<readonly UsageSum[]> {
    if (keyNumbers.length === 0) return []
    // Whoever waits for the event loop goes first: on SQLite the statement runs in it.
    await setImmediate()
    const { rows } = await sumStatement(keyNumbers, range).execute(this.#unit.db)
    return rows
  }

  async sumByKey(keyNumbers: readonly number[], range: UsageRange): Promise<readonly KeyUsage[]> {
    if (keyNumbers.length === 0) return []
    await setImmediate()
    const { rows } = await sumByKeyStatement(keyNumbers, range).execute(this.#unit.db)
    return rows
  }

  async nameKeys(
    organizationId: OrganizationId,
    keyNumbers: readonly number[],
  ): Promise<ReadonlyMap<number, NamedKey>> {
    if (keyNumbers.length === 0) return new Map()
    const rows = await this.#unit.db
      .selectFrom('api_keys')
      .select(['number', 'id', 'name'])
      .where('organization_id', '=', organizationId)
      .where('number', 'in', [...keyNumbers])
      .execute()
    return new Map(rows.map(({ number, id, name }) => [number, { id, name }]))
  }
}

/** One statement, and so one state: what is being rolled up meanwhile is seen before or after, never twice. */
export function sumStatement(keyNumbers: readonly number[], range: UsageRange): RawBuilder<UsageSum> {
  return sql<UsageSum>`
    select at, outcome, cast(sum(count) as bigint) as count from ${counted(keyNumbers, range)} as counted
    group by at, outcome`
}

function sumByKeyStatement(keyNumbers: readonly number[], range: UsageRange): RawBuilder<KeyUsage> {
  return sql<KeyUsage>`
    select key_number as "keyNumber", outcome, cast(sum(count) as bigint) as count
    from ${counted(keyNumbers, range)} as counted group by key_number, outcome`
}

/** What was counted of these keys, rolled up and not. */
function counted(keyNumbers: readonly number[], { bucket, from, to }: UsageRange): RawBuilder<unknown> {
  const minutes = bucketMinutes[bucket]
  const keys = sql.join(keyNumbers)
  const column = sql.ref(bucket)
  return sql`(
      select key_number, ${column} as at, outcome, count from ${sql.table(`key_usage_${bucket}s`)}
      where key_number in (${keys}) and ${column} >= ${from} and ${column} < ${to}
      union all
      select key_number, minute / ${sql.lit(minutes)} as at, outcome, count from key_usage
      where key_number in (${keys}) and minute >= ${from * minutes} and minute < ${to * minutes}
    )`
}
