import { sentenceOf } from '@mintmark/core'
import { askAdminSocket, type HostAnswer } from './admin-client.ts'
import type { Config } from './config.ts'
import { openMintmark } from './create-mintmark.ts'
import { createHostCommands } from './host-commands.ts'
import { RefusedError } from './engine/refused.ts'

/** Runs a command of the host: through the admin socket of a running server, else directly on the storage. */
export async function runHostCommand(config: Config, command: string, input: unknown): Promise<HostAnswer> {
  const answered = await askAdminSocket(config.dataDir, command, input)
  if (answered !== null) return answered
  const mintmark = await openMintmark(config)
  try {
    const run = createHostCommands(mintmark.engine).get(command)
    if (run === undefined) throw new Error(`${command} is no command of the host`)
    return { ok: true, body: await run(input) }
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    return { ok: false, body: { reason: error.reason, message: sentenceOf(error.refusal, {}) } }
  } finally {
    await mintmark.close()
  }
}
