import { join } from 'node:path'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { EmbeddedMintmark, Place, ServedExample } from '@mintmark/example-demonstration'
import { everyPath, guard } from '@mintmark/sdk/fastify'
import fastify from 'fastify'
import { DomainStore } from './domain-store.ts'
import { entryRoutes, integrationLinkRoutes } from './entries.ts'
import { meRoutes } from './me.ts'
import { pathsOf, readMintmarkDocument } from './mintmark-document.ts'
import { mintmarkRoutes } from './mintmark-routes.ts'
import { mintmarkNouns, policyFor } from './policy.ts'
import { Projects } from './projects.ts'
import { addReference, describe } from './reference.ts'
import { timeEntryRoutes } from './time-entries.ts'

export const contractFile = join(import.meta.dirname, 'contract.json')
const prefix = '/api/v1'

/** Align's API, with Mintmark in the same process. */
export async function serveAlign({ mintmark, dataDir }: Place<EmbeddedMintmark>): Promise<ServedExample> {
  const { engine, handler } = mintmark
  const store = new DomainStore(join(dataDir, 'align.db'))
  const parts = { store, projects: new Projects(engine) }
  const policy = policyFor({
    projectOfTimeEntry: ({ context, params: { id = '' } }) =>
      store.timeEntry(context.organizationId, id)?.projectId ?? null,
  })
  const document = await readMintmarkDocument(mintmark.url)

  const app = fastify({
    ...everyPath,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    bodyLimit: 65_536,
  }).withTypeProvider<TypeBoxTypeProvider>()
  await describe(app)
  await addReference(app, document)
  await app.register(mintmarkRoutes, { handler, paths: pathsOf(document, mintmarkNouns) })
  // All else, also what is not there, is the guard's.
  await app.register(async (guarded) => {
    await guarded.register(guard, { verifier: engine, policy, prefix })
    guarded.setErrorHandler(guarded.answerErrors(console.error))
    guarded.setNotFoundHandler(() => undefined)
    await guarded.register(meRoutes, { prefix, engine })
    await guarded.register(entryRoutes, { prefix, ...parts })
    await guarded.register(timeEntryRoutes, { prefix, ...parts })
    await guarded.register(integrationLinkRoutes, { prefix, ...parts })
  })
  await app.ready()
  return { listener: (request, response) => app.routing(request, response), close: () => store.close() }
}
