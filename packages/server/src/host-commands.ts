import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { hostCaller } from './engine/caller.ts'
import type { Engine } from './engine/engine.ts'
import type { OperatorKeyInput } from './engine/operator-keys.ts'
import { invalid, refuse } from './engine/refused.ts'
import { auditCommands } from './host-audit.ts'
import { BackupFailed } from './storage/sql/sqlite-backup.ts'

/** What only the host may do with the database itself. */
export type HostParts = {
  /** Null for a database that is gone with its process. */
  readonly guard: { readonly trouble: string | null; accept(): Promise<boolean> } | null
  readonly backUp: ((to: string) => Promise<void>) | null
}

/** What belongs to the host: whoever can read the data dir may do it, without a credential. */
export type HostCommands = ReadonlyMap<string, (input: unknown) => Promise<unknown>>

export function createHostCommands(engine: Engine, parts: HostParts): HostCommands {
  const { operatorKeys, peppers, signIn } = engine
  const host = () => hostCaller(null, { requestId: `host_${randomUUID()}`, ip: null })
  return new Map<string, (input: unknown) => Promise<unknown>>([
    ['ping', async () => 'pong'],
    ['operator-keys create', async (input) => (await operatorKeys.create(host(), readCreation(input), null)).value],
    ['operator-keys list', async (input) => operatorKeys.list({ limit: 100, ...readCursor(input) })],
    ['pepper status', async () => ({ peppers: await peppers.status() })],
    ['backup', async (input) => backUp(parts, readText(input, 'file'))],
    [
      'restore accept',
      async () => ({ accepted: (await parts.guard?.accept()) ?? false, trouble: parts.guard?.trouble ?? null }),
    ],
    ...auditCommands(engine),
    ['setup-link', async () => signIn.createSetUpLink(host())],
    [
      'reset-link',
      async (input) => {
        const withoutSecondFactor = fieldOf(input, 'withoutSecondFactor') === true
        return signIn.createResetLink(host(), { email: readText(input, 'email'), withoutSecondFactor })
      },
    ],
    ['operator-keys revoke', async (input) => (await operatorKeys.revoke(host(), readText(input, 'id'), null)).value],
  ])
}

async function backUp({ backUp: copy }: HostParts, file: string): Promise<{ readonly file: string }> {
  if (copy === null) throw refuse('conflict', 'Back PostgreSQL up with its own tools, such as pg_dump: see the README.')
  if (!isAbsolute(file)) throw invalid('file', 'Give the whole path.')
  if (existsSync(file)) throw refuse('conflict', 'There is such a file already, and nothing is written over.')
  try {
    await copy(file)
  } catch (error) {
    if (error instanceof BackupFailed) throw refuse('conflict', `The backup could not be written: ${error.message}.`)
    throw error
  }
  return { file }
}

function readCreation(input: unknown): OperatorKeyInput {
  const only = fieldOf(input, 'only')
  if (only !== undefined && only !== null && only !== 'verify') throw invalid('only', 'Say verify, or nothing.')
  return { name: readText(input, 'name'), only: only ?? null }
}

function readCursor(input: unknown): { readonly cursor?: string } {
  const cursor = fieldOf(input, 'cursor')
  return typeof cursor === 'string' ? { cursor } : {}
}

function readText(input: unknown, name: string): string {
  const value = fieldOf(input, name)
  if (typeof value !== 'string') throw invalid(name, `${name} is required.`)
  return value
}

function fieldOf(input: unknown, name: string): unknown {
  return typeof input === 'object' && input !== null
    ? Object.entries(input).find(([key]) => key === name)?.[1]
    : undefined
}
