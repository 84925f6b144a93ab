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

import type { Member } from './members.ts'

export type Invitation = Schema<'Invitation'>

/** The members of the caller's own organization, and who is invited: `/v1/users`. */
export class Users {
  readonly #rest: Rest

  constructor(rest: Rest) {
    this.#rest = rest
  }

  list(query: Query<'listUsers'> = {}, options: CallOptions = {}): Pages<Member> {
    return listBy(query, (page) => dataOf(this.#rest.GET('/v1/users', { params: { query: page }, ...initOf(options) })))
  }

  get(id: string, options: CallOptions = {}): Promise<Member> {
    return dataOf(this.#rest.GET('/v1/users/{id}', { params: { path: { id } }, ...initOf(options) }))
  }

  update(id: string, body: Body<'updateUser'>, options: CallOptions = {}): Promise<Member> {
    return dataOf(
      this.#rest.PATCH('/v1/users/{id}', { params: { path: { id } }, body: thawed(body), ...initOf(options) }),
    )
  }

  /** His keys are revoked, unless `keys` says otherwise. */
  remove(id: string, query: Query<'removeUser'> = {}, options: CallOptions = {}): Promise<void> {
    return doneOf(this.#rest.DELETE('/v1/users/{id}', { params: { path: { id }, query }, ...initOf(options) }))
  }

  invite(body: Body<'inviteUser'>, options: MutationOptions = {}): Promise<Schema<'Invited'>> {
    return dataOf(this.#rest.POST('/v1/users/invite', { body: thawed(body), ...initOf(options) }))
  }

  invitations(query: Query<'listInvitations'> = {}, options: CallOptions = {}): Pages<Invitation> {
    return listBy(query, (page) =>
      dataOf(this.#rest.GET('/v1/users/invitations', { params: { query: page }, ...initOf(options) })),
    )
  }

  withdrawInvitation(id: string, options: CallOptions = {}): Promise<void> {
    return doneOf(this.#rest.DELETE('/v1/users/invitations/{id}', { params: { path: { id } }, ...initOf(options) }))
  }

  acceptInvitation(body: Body<'acceptInvitation'>, options: MutationOptions = {}): Promise<Schema<'AcceptedMember'>> {
    return dataOf(this.#rest.POST('/v1/users/invitations/accept', { body: thawed(body), ...initOf(options) }))
  }
}
