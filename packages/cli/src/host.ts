/** What the command line needs of the process. */
export type Host = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
}

type Input = AsyncIterable<unknown> & { readonly isTTY?: boolean }
type Output = { readonly isTTY?: boolean; write(text: string): unknown }

export const exitOk = 0
/** Refused or failed. */
export const exitFailed = 1
export const exitUsage = 2
/** There is no credential to ask with. */
export const exitNoCredential = 4
/** EX_CONFIG of sysexits. */
export const exitConfig = 78

/** A command that failed in a way that has been said already. */
export class Failed extends Error {
  override readonly name = 'Failed'
  readonly exitCode: number

  constructor(message: string, exitCode: number = exitFailed) {
    super(message)
    this.exitCode = exitCode
  }
}
