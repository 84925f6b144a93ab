/** Whatever kept `/auth/*` from doing what was asked. */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  /** As Mintmark's interface names it; null where no answer came, or none of Mintmark's. */
  readonly reason: string | null
  /** 0 where no answer came. */
  readonly status: number

  constructor(message: string, details: { readonly reason: string | null; readonly status: number; cause?: unknown }) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.reason = details.reason
    this.status = details.status
  }

  get isSignedOut(): boolean {
    return this.status === 401
  }
}
