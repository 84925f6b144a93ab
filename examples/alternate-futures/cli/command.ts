import type { AlternateFuturesSdk } from '@alternatefutures/sdk'

export type Invocation = {
  readonly af: AlternateFuturesSdk
  /** What follows noun and verb. */
  readonly argument: string | undefined
  readonly asJson: boolean
  readonly permissions: readonly string[]
  readonly expiresAt: string | undefined
  readonly environment: string | undefined
  readonly isConfirmed: boolean
}

export type Command = (invocation: Invocation) => Promise<void>

export const exitCodes = { refused: 1, usage: 2, noCredential: 4 } as const

/** Why nothing was asked for. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

type Cell = string | readonly string[] | null | undefined
type Row = Readonly<Record<string, Cell>>

/** A line each, its columns apart by tabs, or one JSON document. */
export function print(rows: readonly Row[], columns: readonly string[], asJson: boolean): void {
  if (asJson) return console.log(JSON.stringify(rows, null, 2))
  console.log(columns.join('\t'))
  for (const row of rows) console.log(columns.map((column) => cell(row[column])).join('\t'))
}

function cell(value: Cell): string {
  if (value === undefined || value === null) return '-'
  return [value]
    .flat()
    .join(',')
    .replaceAll(/\p{Cc}/gu, ' ')
}
