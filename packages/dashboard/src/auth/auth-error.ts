import type { Fault } from '@mintmark/sdk'

type AuthErrorDetails = {
  readonly reason: string | null
  readonly status: number
  readonly faults?: readonly Fault[]
  readonly cause?: unknown
}

/** Whatever kept `/auth/*` from doing what was asked. */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  /** As Mintmark's interface names it; null where no answer came, or none of Mintmark's. */
  readonly reason: string | null
  /** 0 where no answer came. */
  readonly status: number
  /** For `invalid_request`: every mistake that was found. */
  readonly faults: readonly Fault[]

  constructor(message: string, details: AuthErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.reason = details.reason
    this.status = details.status
    this.faults = details.faults ?? []
  }

  get isSignedOut(): boolean {
    return this.status === 401
  }
}
