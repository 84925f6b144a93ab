import { listBy, type Pages } from './pages.ts'
import {
  dataOf,
  doneOf,
  initOf,
  thawed,
  type Body,
  type CallOptions,
  type Query,
  type Rest,
  type Schema,
} from './rest.ts'

export type Member = Schema<'Member'>

/** The members of any organization, for operators: `/v1/organizations/{id}/members`. */
export class Members {
  readonly #rest: Rest

  constructor(rest: Rest) {
    this.#rest = rest
  }

  /** Makes the member, or makes him what is said here. */
  sync(id: string, userId: string, body: Body<'syncMember'>, options: CallOptions = {}): Promise<Member> {
    return dataOf(
      this.#rest.PUT('/v1/organizations/{id}/members/{userId}', {
        params: { path: { id, userId } },
        body: thawed(body),
        ...initOf(options),
      }),
    )
  }

  list(id: string, query: Query<'listMembers'> = {}, options: CallOptions = {}): Pages<Member> {
    return listBy(query, (page) =>
      dataOf(
        this.#rest.GET('/v1/organizations/{id}/members', { params: { path: { id }, query: page }, ...initOf(options) }),
      ),
    )
  }

  get(id: string, userId: string, options: CallOptions = {}): Promise<Member> {
    return dataOf(
      this.#rest.GET('/v1/organizations/{id}/members/{userId}', {
        params: { path: { id, userId } },
        ...initOf(options),
      }),
    )
  }

  /** His keys are revoked, unless `keys` says otherwise. */
  remove(id: string, userId: string, query: Query<'removeMember'> = {}, options: CallOptions = {}): Promise<void> {
    return doneOf(
      this.#rest.DELETE('/v1/organizations/{id}/members/{userId}', {
        params: { path: { id, userId }, query },
        ...initOf(options),
      }),
    )
  }
}
