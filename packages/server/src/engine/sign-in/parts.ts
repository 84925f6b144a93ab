import type { MemberParts } from '../members/parts.ts'
import type { Mailer } from '../ports/mailer.ts'
import type { OpenIdProviders } from '../ports/open-id.ts'
import type { AddressLimit } from './address-limit.ts'
import type { PasswordHasher } from './password-hash.ts'

/** What the use cases of signing in work with. */
export type SignInParts = Omit<MemberParts, 'mailInvitation'> & {
  readonly hasher: PasswordHasher
  readonly addresses: AddressLimit
  /** Null: no mail is configured. Then whoever invites, and the host, hand on links themselves. */
  readonly mailer: Mailer | null
  /** Who else may say who somebody is; null: nobody. */
  readonly openId: OpenIdProviders | null
  /** Where links lead: known once the server listens. */
  readonly publicUrl: () => string
  /** Told of what fails behind an answer that was given already. */
  readonly onError: (error: unknown) => void
}
