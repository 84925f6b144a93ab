/** What the API refused, in its own sentence. */
export class AlternateFuturesError extends Error {
  override readonly name = 'AlternateFuturesError'
  /** Of HTTP; 0: nobody answered. */
  readonly status: number

  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}
