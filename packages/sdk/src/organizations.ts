import { listBy, type Pages } from './pages.ts'
import {
  dataOf,
  doneOf,
  initOf,
  thawed,
  type Body,
  type CallOptions,
  type MutationOptions,
  type Query,
  type Rest,
  type Schema,
} from './rest.ts'

export type Organization = Schema<'Organization'>

/** Organizations, for operators, and the caller's own: `/v1/organizations` and `/v1/organization`. */
export class Organizations {
  readonly #rest: Rest

  constructor(rest: Rest) {
    this.#rest = rest
  }

  create(body: Body<'createOrganization'>, options: MutationOptions = {}): Promise<Organization> {
    return dataOf(this.#rest.POST('/v1/organizations', { body: thawed(body), ...initOf(options) }))
  }

  list(query: Query<'listOrganizations'> = {}, options: CallOptions = {}): Pages<Organization> {
    return listBy(query, (page) =>
      dataOf(this.#rest.GET('/v1/organizations', { params: { query: page }, ...initOf(options) })),
    )
  }

  get(id: string, options: CallOptions = {}): Promise<Organization> {
    return dataOf(this.#rest.GET('/v1/organizations/{id}', { params: { path: { id } }, ...initOf(options) }))
  }

  update(id: string, body: Body<'updateOrganization'>, options: CallOptions = {}): Promise<Organization> {
    return dataOf(
      this.#rest.PATCH('/v1/organizations/{id}', { params: { path: { id } }, body: thawed(body), ...initOf(options) }),
    )
  }

  /** Erases everything of it; its keys answer `invalid_key`. */
  delete(id: string, options: CallOptions = {}): Promise<void> {
    return doneOf(this.#rest.DELETE('/v1/organizations/{id}', { params: { path: { id } }, ...initOf(options) }))
  }

  own(options: CallOptions = {}): Promise<Organization> {
    return dataOf(this.#rest.GET('/v1/organization', initOf(options)))
  }

  updateOwn(body: Body<'updateOwnOrganization'>, options: CallOptions = {}): Promise<Organization> {
    return dataOf(this.#rest.PATCH('/v1/organization', { body: thawed(body), ...initOf(options) }))
  }
}
