import { readFile } from 'node:fs/promises'
import { readContract } from '@mintmark/sdk'
import { createMintmark, hostCaller, type Mintmark } from '@mintmark/server'
import { listen } from './listen.ts'
import { endEarlierKeys, operatorKeyName } from './operator-key.ts'
import type { MintmarkPlace, RunningMintmark } from './running-mintmark.ts'

export type EmbeddedMintmark = RunningMintmark & Pick<Mintmark, 'engine' | 'handler'>

const never = new Promise<never>(() => undefined)

/** Mintmark in this process, its own interface on a port beside. */
export async function openEmbedded({ contractFile, dataDir }: MintmarkPlace): Promise<EmbeddedMintmark> {
  const contract = readContract(await readFile(contractFile, 'utf8'))
  const mintmark = await createMintmark({ contract, dataDir })
  const { engine, handler } = mintmark
  const host = hostCaller(null, { requestId: operatorKeyName, ip: null })
  const { key } = (await engine.operatorKeys.create(host, { name: operatorKeyName }, null)).value
  if (key === null) throw new Error('An operator key was made, but not shown.')
  const listening = await listen(handler, 0)
  await endEarlierKeys(listening.url, key)
  return {
    engine,
    handler,
    url: listening.url,
    operatorKey: key,
    failed: never,
    async close() {
      await listening.close()
      await mintmark.close()
    },
  }
}
