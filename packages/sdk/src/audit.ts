import { listBy, type Pages } from './pages.ts'
import {
  dataOf,
  initOf,
  thawed,
  type Body,
  type CallOptions,
  type MutationOptions,
  type Query,
  type Rest,
  type Schema,
} from './rest.ts'

export type AuditEvent = Schema<'AuditEvent'>

/** Who did what: `/v1/audit-events`. */
export class Audit {
  readonly #rest: Rest

  constructor(rest: Rest) {
    this.#rest = rest
  }

  list(query: Query<'listAuditEvents'> = {}, options: CallOptions = {}): Pages<AuditEvent> {
    return listBy(query, (page) =>
      dataOf(this.#rest.GET('/v1/audit-events', { params: { query: page }, ...initOf(options) })),
    )
  }

  head(options: CallOptions = {}): Promise<Schema<'AuditHead'>> {
    return dataOf(this.#rest.GET('/v1/audit-events/head', initOf(options)))
  }

  /** Whether the chain is whole, else the first event that is not what it was. */
  check(body: Body<'checkAudit'> = {}, options: MutationOptions = {}): Promise<Schema<'AuditCheck'>> {
    return dataOf(this.#rest.POST('/v1/audit-events/check', { body: thawed(body), ...initOf(options) }))
  }
}
