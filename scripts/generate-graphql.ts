// packages/server/schema.graphql of the server's GraphQL fields.
import { join } from 'node:path'
import { createMintmark } from '@mintmark/server'
import { printGraphqlSchema } from '../packages/server/src/graphql/print-schema.ts'
import { writeGenerated } from './write-generated.ts'

const mintmark = await createMintmark({ dataDir: ':memory:', log: { write: () => undefined } })
try {
  const path = join(import.meta.dirname, '..', 'packages/server/schema.graphql')
  writeGenerated(path, printGraphqlSchema(mintmark.engine))
} finally {
  await mintmark.close()
}
