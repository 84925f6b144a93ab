import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import type { Place, RemoteMintmark, ServedExample } from '@mintmark/example-demonstration'
import { Mintmark, readContract } from '@mintmark/sdk'
import { guard } from '@mintmark/sdk/express'
import express from 'express'
import { createApiKeyRoutes } from './api-keys.ts'
import { AssessmentStore } from './assessment-store.ts'
import { createAssessmentRoutes } from './assessments.ts'
import { policy } from './policy.ts'

export const contractFile = join(import.meta.dirname, 'contract.json')

/** AlfaOne's API, which asks a Mintmark elsewhere about every request, with a key that can do nothing else. */
export async function serveAlfaOne({ mintmark, dataDir }: Place<RemoteMintmark>): Promise<ServedExample> {
  const contract = readContract(readFileSync(contractFile, 'utf8'))
  const client = new Mintmark({ server: mintmark.url, key: mintmark.verifyKey, contract })
  const store = new AssessmentStore(join(dataDir, 'alfaone.db'))
  const guarded = guard({ verifier: client, policy, prefix: '/api/v1' })
  await guarded.ready()

  const app = express().disable('x-powered-by').disable('etag')
  app.use(guarded)
  app.use(express.json({ limit: '64kb' }))
  app.use('/api/v1', createAssessmentRoutes(store), createApiKeyRoutes(client))
  app.use(guarded.answerErrors(console.error))
  return { listener: app as RequestListener, close: () => store.close() }
}
