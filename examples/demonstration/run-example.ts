import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listen } from './listen.ts'
import type { MintmarkPlace, RunningMintmark } from './running-mintmark.ts'
import { stopSignal } from './stop-signal.ts'
import { demonstrate } from './workspace.ts'

/** Where an example is made: its Mintmark, and a folder for its own data. */
export type Place<M extends RunningMintmark> = { readonly mintmark: M; readonly dataDir: string }

export type ServedExample = {
  readonly listener: RequestListener
  /** Lets go of its own data, when it is asked nothing more. */
  close(): void | Promise<void>
}

type Example<M extends RunningMintmark> = {
  /** Unless PORT says otherwise. */
  readonly port: number
  readonly contractFile: string
  readonly open: (place: MintmarkPlace) => Promise<M>
  readonly serve: (place: Place<M>) => Promise<ServedExample>
}

/**
 * Serves an example on a Mintmark of its own, with people and projects to try it with, until SIGINT or SIGTERM. When it
 * listens it says on standard output, in one line of JSON, where it is and who is there.
 */
export async function runExample<M extends RunningMintmark>(example: Example<M>): Promise<void> {
  const endings: (() => unknown)[] = []
  const stopped = stopSignal()
  try {
    const dataDir = openDataDir(endings)
    const place = { contractFile: example.contractFile, dataDir: join(dataDir, 'mintmark') }
    const mintmark = await example.open(place)
    endings.push(() => mintmark.close())
    const organizations = await demonstrate(mintmark)
    const served = await example.serve({ mintmark, dataDir })
    endings.push(() => served.close())
    const listening = await listen(served.listener, Number(process.env['PORT'] ?? example.port))
    endings.push(() => listening.close())
    const { url, operatorKey } = mintmark
    process.stdout.write(`${JSON.stringify({ url: listening.url, organizations, mintmark: { url, operatorKey } })}\n`)
    await Promise.race([stopped, mintmark.failed])
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  } finally {
    for (const end of endings.toReversed()) await end()
  }
}

/** That of DATA_DIR, or one that is gone when the example ends. */
function openDataDir(endings: (() => unknown)[]): string {
  const { DATA_DIR: chosen } = process.env
  if (chosen !== undefined) {
    mkdirSync(chosen, { recursive: true })
    return chosen
  }
  const temporary = mkdtempSync(join(tmpdir(), 'mintmark-example-'))
  endings.push(() => rmSync(temporary, { recursive: true, force: true }))
  return temporary
}
