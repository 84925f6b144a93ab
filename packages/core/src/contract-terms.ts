import type { Reason } from './errors.ts'

/** Request headers that may carry a credential. */
export const credentialHeaders = ['authorization', 'x-api-key'] as const
export type CredentialHeader = (typeof credentialHeaders)[number]

/** Shapes in which tenant endpoints and guards state an error. */
export const errorDialects = ['problem', 'reason', 'error', 'envelope'] as const
export type ErrorDialect = (typeof errorDialects)[number]

/** How another system hashed the keys that are brought over from it: all of the key, or what follows its last `_`. */
export const legacyHashes = ['sha256-hex', 'sha256-base64', 'sha256-base64url', 'sha256-hex-of-long-token'] as const
export type LegacyHash = (typeof legacyHashes)[number]

/** Foreign keys that stay valid: no checksum is asked of a credential that `pattern` (a RegExp source, flag `u`) matches. */
export interface LegacyKeys {
  readonly pattern: string
  readonly hash: LegacyHash
}

export interface KeyRules {
  /** 2 to 20 of `[A-Za-z0-9_-]`. Without `test` the company has live keys only. */
  readonly prefixes: { readonly live: string; readonly test: string | null }
  /** Base62 characters after the prefix, the checksum among them. */
  readonly length: number
  /** Characters of checksum at the end: 0 (none) or 4 to 6. */
  readonly checksum: number
  /** Characters after the prefix that stay visible. */
  readonly shown: number
  /** Prefixes that are no longer minted but still parse. What environment such a key has, its record says. */
  readonly formerPrefixes: readonly string[]
  readonly legacy: readonly LegacyKeys[]
}

export interface MintingRules {
  /** Roles whose members may mint organization-scoped keys. */
  readonly organization: readonly string[]
  /** Roles whose members may mint project-scoped keys. */
  readonly project: readonly string[]
  readonly keysManageKeys: boolean
  /** Keys that a member may mint in any 24 hours. */
  readonly perMemberPerDay: number
  readonly activePerMember: number
  /** Whether a revoked key holds its place among the active ones until it is deleted. */
  readonly revokedCountAsActive: boolean
  readonly maxLifetimeDays: number | null
}

/** At most `limit` requests in any `windowSeconds`. */
export interface Tier {
  readonly limit: number
  readonly windowSeconds: number
}

export interface UiRules {
  readonly product: string
  readonly keysTitle: string
  readonly keysPath: string
  /** `#rrggbb` */
  readonly accent: string
  /** A path on the same host, or a `data:image/…;base64,` URL. */
  readonly logo: string | null
}

/**
 * A company's key policy: checked, frozen, every default filled in.
 * Permissions, aliases and wildcards stand as written; `createCatalogue` expands them.
 * Dictionaries have no prototype, so that a name such as `constructor` finds nothing.
 */
export interface Contract {
  readonly name: string
  readonly keys: KeyRules
  readonly headers: readonly CredentialHeader[]
  readonly errors: ErrorDialect
  /** Sentences that replace the usual ones, with the placeholders that a reason fills (`message-placeholders.ts`). */
  readonly messages: Readonly<Partial<Record<Reason, string>>>
  /** The company's own permissions; the built-in ones exist besides. */
  readonly permissions: readonly string[]
  readonly aliases: Readonly<Record<string, readonly string[]>>
  readonly roles: Readonly<Record<string, readonly string[]>>
  /** What no key may do, even where its owner may. */
  readonly neverByKey: readonly string[]
  readonly minting: MintingRules
  readonly tiers: Readonly<Record<string, Tier>>
  readonly defaultTier: string
  readonly ui: UiRules
}

/** What is wrong at `path` (`keys.prefixes.live`, `roles.engineer[2]`), and what to write instead. */
export interface Mistake {
  readonly path: string
  readonly message: string
}
