import { sentenceOf } from '@mintmark/core'
import { askAdminSocket, type HostAnswer } from './admin-client.ts'
import type { Config } from './config.ts'
import { openMintmark, type OpenMintmark } from './create-mintmark.ts'
import { createHostCommands } from './host-commands.ts'
import { RefusedError } from './engine/refused.ts'

export type AskHost = (command: string, input: unknown) => Promise<HostAnswer>

/** Runs a command of the host: through the admin socket of a running server, else directly on the storage. */
export async function runHostCommand(config: Config, command: string, input: unknown): Promise<HostAnswer> {
  return withHost(config, (ask) => ask(command, input))
}

/** The same for several commands: a storage that no server has open is opened once. */
export async function withHost<T>(config: Config, work: (ask: AskHost) => Promise<T>): Promise<T> {
  if ((await askAdminSocket(config.dataDir, 'ping', null)) !== null) {
    return work(async (command, input) => {
      const answered = await askAdminSocket(config.dataDir, command, input)
      if (answered === null) throw new Error('The server has stopped meanwhile. Do it again.')
      return answered
    })
  }
  const mintmark = await openMintmark(config)
  try {
    return await work((command, input) => runDirectly(mintmark, command, input))
  } finally {
    await mintmark.close()
  }
}

async function runDirectly({ engine, host }: OpenMintmark, command: string, input: unknown): Promise<HostAnswer> {
  const run = createHostCommands(engine, host).get(command)
  if (run === undefined) throw new Error(`${command} is no command of the host`)
  try {
    return { ok: true, body: await run(input) }
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    return { ok: false, body: { reason: error.reason, message: sentenceOf(error.refusal, {}) } }
  }
}
