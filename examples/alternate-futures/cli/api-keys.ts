import { createInterface } from 'node:readline/promises'
import type { ApiKey, NewApiKey } from '@alternatefutures/sdk'
import { CommandError, exitCodes, print, type Command, type Invocation } from './command.ts'

export const apiKeyCommands: Readonly<Record<string, Command>> = {
  'api-keys list': async ({ af, asJson }) => {
    print(
      await af.apiKeys.list(),
      ['id', 'name', 'permissions', 'createdAt', 'lastUsedAt', 'expiresAt', 'status'],
      asJson,
    )
  },
  'api-keys create': async ({ af, argument, permissions, expiresAt, environment }) => {
    const wanted: NewApiKey = {
      name: required('a name', argument),
      ...(permissions.length > 0 && { permissions }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(environment !== undefined && { environment: environmentOf(environment) }),
    }
    const { id, key } = await af.apiKeys.create(wanted)
    console.error(`Copy it now: it is shown only once. Its id is ${id}.`)
    console.log(key)
  },
  'api-keys revoke': async (invocation) => {
    const key = await confirmed(invocation, 'Revoke', 'A revoked key cannot be reactivated.')
    await invocation.af.apiKeys.revoke(key.id)
  },
  'api-keys delete': async (invocation) => {
    const key = await confirmed(invocation, 'Delete', 'It is removed from all logs, and cannot be recovered.')
    await invocation.af.apiKeys.delete(key.id)
  },
}

/** The key that is meant, once somebody has said that it is. */
async function confirmed({ af, argument, isConfirmed }: Invocation, verb: string, end: string): Promise<ApiKey> {
  const id = required('the id of a key', argument)
  const key = (await af.apiKeys.list()).find((one) => one.id === id)
  if (key === undefined) throw new CommandError('There is no such key.', exitCodes.refused)
  if (isConfirmed) return key
  const question = `${verb} "${key.name}" (${key.prefix}…)? ${end}`
  if (!process.stdin.isTTY) throw new CommandError(`${question} Say --yes.`, exitCodes.usage)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`${question} [y/N] `)
  terminal.close()
  if (/^y(?:es)?$/i.test(answer.trim())) return key
  throw new CommandError('Nothing was done.', exitCodes.refused)
}

function required(what: string, argument: string | undefined): string {
  if (argument === undefined) throw new CommandError(`Give ${what}.`, exitCodes.usage)
  return argument
}

function environmentOf(text: string): 'live' | 'test' {
  if (text === 'live' || text === 'test') return text
  throw new CommandError('An environment is live or test.', exitCodes.usage)
}
