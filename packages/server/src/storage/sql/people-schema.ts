import type { OrganizationId, SignInId, UserId } from '@mintmark/core'
import type { Generated } from 'kysely'
import type { LinkPurpose } from '../../engine/ports/links.ts'

/** The tables of who signs in, as Kysely sees them: see `schema.ts` for what holds of all tables. */
export type PeopleTables = {
  people: PersonTable
  person_accounts: PersonAccountTable
  second_factors: SecondFactorTable
  recovery_codes: RecoveryCodeTable
  sign_ins: SignInTable
  sign_in_failures: SignInFailureTable
  links: LinkTable
  device_sign_ins: DeviceSignInTable
}

/** Written by better-auth; `email` in lower case. */
type PersonTable = {
  id: UserId
  email: string
  email_verified: number
  name: string
  image: string | null
  created_at: number
  updated_at: number
}

/** Written by better-auth: by what a person shows who he is. `credential` is his password. */
type PersonAccountTable = {
  id: string
  user_id: UserId
  provider_id: string
  account_id: string
  password: string | null
  created_at: number
  updated_at: number
}

/** `secret` is sealed under the pepper of `pepper_version`. In force once it is confirmed. */
type SecondFactorTable = {
  user_id: UserId
  secret: Uint8Array
  pepper_version: string
  created_at: number
  confirmed_at: number | null
  /** Time step of the last code that was taken: none before it, nor it again, is. */
  last_step: Generated<number>
}

type RecoveryCodeTable = {
  digest: Uint8Array
  user_id: UserId
}

export type SignInTable = {
  number: Generated<number>
  id: SignInId
  digest: Uint8Array
  pepper_version: string
  user_id: UserId
  created_at: number
  expires_at: number
  last_seen_at: number
  ip: string | null
  user_agent: string | null
  stepped_up_at: number | null
  /** 1 while the second factor has not been shown. */
  awaits_code: number
}

/** By a keyed digest of the address that was tried, whether or not somebody has it. */
type SignInFailureTable = {
  address_hmac: string
  failures: number
  last_at: number
}

type LinkTable = {
  digest: Uint8Array
  purpose: LinkPurpose
  user_id: UserId | null
  was_mailed: number
  created_at: number
  expires_at: number
}

export type DeviceSignInTable = {
  digest: Uint8Array
  user_code_digest: Uint8Array
  created_at: number
  expires_at: number
  polled_at: number | null
  interval_seconds: number
  decision: 'approved' | 'denied' | null
  sign_in_number: number | null
  organization_id: OrganizationId | null
}
