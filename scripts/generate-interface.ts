// packages/server/openapi.json of the server's routes, and the SDK's types of openapi.json.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createMintmark } from '@mintmark/server'
import { typesOf } from 'mintmark-openapi-types'
import { writeGenerated } from './write-generated.ts'

const root = join(import.meta.dirname, '..')
const document = await askForDocument()
writeGenerated(join(root, 'packages/server/openapi.json'), `${JSON.stringify(document, null, 2)}\n`)
const note = '// Made of packages/server/openapi.json by `npm run generate`. Do not edit.\n'
writeGenerated(join(root, 'packages/sdk/src/generated/interface.ts'), note + (await typesOf(document)))

/** What `GET /openapi.json` says under the built-in contract. */
async function askForDocument(): Promise<Parameters<typeof typesOf>[0]> {
  const mintmark = await createMintmark({ dataDir: ':memory:', log: { write: () => undefined } })
  const server = createServer(mintmark.handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/openapi.json`)
    return (await answer.json()) as Parameters<typeof typesOf>[0]
  } finally {
    server.close()
    server.closeAllConnections()
    await mintmark.close()
  }
}
