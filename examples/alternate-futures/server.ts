import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { EmbeddedMintmark, Place, ServedExample } from '@mintmark/example-demonstration'
import { RefusedError } from '@mintmark/sdk'
import { guard, type GuardVariables } from '@mintmark/sdk/hono'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { policy } from './policy.ts'
import { ResourceStore } from './resource-store.ts'
import { createResourceRoutes } from './resources.ts'

export const contractFile = join(import.meta.dirname, 'contract.json')

/** The paths that are Mintmark's own, which answers them as its contract says; assets are of its page at /graphql. */
const ofMintmark = /^\/(?:v1\/api-keys|graphql|assets)(?=[/?]|$)/
const maxBodyBytes = 65_536

/** Alternate Futures' API, with Mintmark in the same process. */
export async function serveAlternateFutures(place: Place<EmbeddedMintmark>): Promise<ServedExample> {
  const { engine, handler } = place.mintmark
  const store = new ResourceStore(join(place.dataDir, 'alternate-futures.db'))
  const clientIp = (c: Parameters<typeof getConnInfo>[0]): string | null => getConnInfo(c).remote.address ?? null
  const guarded = guard({ verifier: engine, policy, prefix: '/v1', clientIp })

  const app = new Hono<{ Variables: GuardVariables }>()
  app.onError(guarded.answerErrors(console.error))
  app.use(guarded)
  app.use(bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }))
  app.route('/v1', createResourceRoutes(store))
  const answer = getRequestListener(app.fetch)
  const listener: RequestListener = (request, response) => {
    if (ofMintmark.test(request.url ?? '')) handler(request, response)
    else void answer(request, response)
  }
  return { listener, close: () => store.close() }
}

function tooLarge(): never {
  throw new RefusedError('payload_too_large')
}
