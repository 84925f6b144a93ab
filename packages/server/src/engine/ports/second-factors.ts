import type { UserId } from '@mintmark/core'

/** What makes a person's codes (RFC 6238). */
export type SecondFactor = {
  readonly userId: UserId
  /** Sealed under the pepper of `pepperVersion`. */
  readonly secret: Uint8Array
  readonly pepperVersion: string
  readonly createdAtMs: number
  /** Null: it was begun, and no code has been shown yet. It asks for nothing. */
  readonly confirmedAtMs: number | null
  readonly lastStep: number
}

export interface SecondFactorStore {
  find(userId: UserId): Promise<SecondFactor | null>
  /** In the place of one that was not confirmed. False, and nothing changed, where one is in force. */
  begin(factor: Omit<SecondFactor, 'confirmedAtMs' | 'lastStep'>): Promise<boolean>
  confirm(userId: UserId, atMs: number): Promise<void>
  /** True for the one caller who used this step or a later one first: no code is good twice. */
  useStep(userId: UserId, step: number): Promise<boolean>
  reseal(userId: UserId, secret: Uint8Array, pepperVersion: string): Promise<void>
  /** With its recovery codes. */
  delete(userId: UserId): Promise<boolean>
  /** In the place of those before. `digests` are 32 bytes each. */
  putRecoveryCodes(userId: UserId, digests: readonly Uint8Array[]): Promise<void>
  /** True for the one caller who used it. */
  takeRecoveryCode(userId: UserId, digest: Uint8Array): Promise<boolean>
}
