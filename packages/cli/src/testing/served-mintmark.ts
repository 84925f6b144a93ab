import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMintmark, hostCaller } from '@mintmark/server'
import { Mintmark } from '@mintmark/sdk'

/** A Mintmark in this process, behind a real socket, with one organization that keys can be minted in. */
export type ServedMintmark = {
  readonly url: string
  readonly operatorKey: string
  /** An operator key that can do nothing but verify. */
  readonly verifyKey: string
  close(): Promise<void>
}

/** `acme` has an admin, ada, a member, bob, and a project, web. @param contract as it stands in a contract file */
export async function serveMintmark(contract?: unknown): Promise<ServedMintmark> {
  const mintmark = await createMintmark({ dataDir: ':memory:', contract, log: { write: () => undefined } })
  const server = createServer(mintmark.handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const host = hostCaller(null, { requestId: 'test', ip: null })
  const { operatorKeys } = mintmark.engine
  const operatorKey = (await operatorKeys.create(host, { name: 'cli' }, null)).value.key ?? ''
  const verifyKey = (await operatorKeys.create(host, { name: 'gateway', only: 'verify' }, null)).value.key ?? ''
  const operator = new Mintmark({ server: url, key: operatorKey })
  await operator.organizations.create({ id: 'acme', name: 'Acme', rateLimit: { limit: 20, windowSeconds: 86_400 } })
  await operator.members.sync('acme', 'ada', { role: 'admin' })
  await operator.members.sync('acme', 'bob', { role: 'member' })
  await operator.actingIn('acme').projects.create({ id: 'web', name: 'Website' })
  return {
    url,
    operatorKey,
    verifyKey,
    async close() {
      server.closeAllConnections()
      server.close()
      await mintmark.close()
    },
  }
}
