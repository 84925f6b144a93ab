import { randomUUID } from 'node:crypto'
import { hostCaller } from './engine/caller.ts'
import type { Engine } from './engine/engine.ts'
import type { OperatorKeyInput } from './engine/operator-keys.ts'
import { invalid } from './engine/refused.ts'

/** What belongs to the host: whoever can read the data dir may do it, without a credential. */
export type HostCommands = ReadonlyMap<string, (input: unknown) => Promise<unknown>>

export function createHostCommands(engine: Engine): HostCommands {
  const { operatorKeys } = engine
  const host = () => hostCaller(null, { requestId: `host_${randomUUID()}`, ip: null })
  return new Map<string, (input: unknown) => Promise<unknown>>([
    ['ping', async () => 'pong'],
    ['operator-keys create', async (input) => (await operatorKeys.create(host(), readCreation(input), null)).value],
    ['operator-keys list', async (input) => operatorKeys.list({ limit: 100, ...readCursor(input) })],
    ['operator-keys revoke', async (input) => (await operatorKeys.revoke(host(), readText(input, 'id'), null)).value],
  ])
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
