import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callBytes } from './testing/byte-call.ts'
import { call } from './testing/client.ts'
import { contractEnv } from './testing/contract-file.ts'
import { materialOf } from './testing/fuzz-cast.ts'
import { startEmbedded, type Installation } from './testing/installation.ts'
import { OpenApiDocument, type DocumentedOperation } from '../packages/server/src/testing/openapi-document.ts'
import { anyRequests, soundRequests, type Material } from './testing/request-arbitrary.ts'
import { count } from '../packages/server/src/testing/scale.ts'

let installation: Installation
let document: OpenApiDocument

beforeAll(async () => {
  // What is imported must have the shape of something.
  const legacy = [{ pattern: '^old_[0-9a-f]{32}$', hash: 'sha256-hex' }]
  installation = await startEmbedded({ env: contractEnv({ name: 'Example', keys: { legacy } }) })
  document = await OpenApiDocument.of(installation.url)
})

afterAll(() => installation.remove())

/** Whatever is thrown by `callBytes` is not as the document has it. */
const timeoutMs = 600_000

describe('every answer is as openapi.json has it, and none is a fault of ours', () => {
  test('to requests in order, by every kind of credential', { timeout: timeoutMs }, async () => {
    const unanswered: string[] = []
    for (const operation of document.operations.filter(({ operationId }) => operationId !== outOfReach)) {
      const statuses = await askInOrder(operation)
      if (![...statuses].some((status) => status < 300))
        unanswered.push(`${operation.operationId}: ${[...statuses].join()}`)
    }
    // What nobody could do with a request in order would have been tried in vain by all that follow, too.
    expect(unanswered).toEqual([])
  })

  const requests = count(500, 10_000)
  /** Requests revoke, suspend and delete: now and then there must be somebody left. */
  const requestsOfACast = 50

  test(`to ${requests} random ones`, { timeout: timeoutMs }, async () => {
    for (let asked = 0; asked < requests; asked += requestsOfACast) {
      const material = await materialOf(installation, document)
      const any = fc.constantFrom(...document.operations).chain((operation) => anyRequests(material, operation))
      const property = fc.asyncProperty(any, async ({ key, ...request }) => {
        const { status, text } = await callBytes(installation.url, request)
        expect(status, `${text} to the ${key === undefined ? 'unknown' : 'known'}`).toBeLessThan(500)
        if (status >= 400) expect(text).not.toMatch(leaks)
      })
      await fc.assert(property, { numRuns: requestsOfACast, endOnFailure: true })
    }
    expect((await call(installation.url, 'GET', '/readyz')).status).toBe(200)
    expect(installation.nodes[0]?.log()).not.toContain('"msg":"failure"')
  })
})

/** An invitation is accepted by a person who has signed in, which no credential here has. */
const outOfReach = 'acceptInvitation'

/** Traces of what answers: a stack, a statement, a path, a package. */
const leaks = /\n +at |node:|\/src\/|\.ts:\d|SQLITE_|SELECT |INSERT |kysely|fastify|FST_|\bajv\b|TypeError|undefined/

let cast: Material | null = null

/** The statuses that requests in order get from every kind of credential; more of them until one succeeds. */
async function askInOrder(operation: DocumentedOperation): Promise<ReadonlySet<number>> {
  const statuses = new Set<number>()
  const rounds = 20
  for (let seed = 1; seed <= rounds && ![...statuses].some((status) => status < 300); seed += 1) {
    // The operations before may have torn down what this one needs.
    const material = seed === 1 && cast !== null ? cast : await materialOf(installation, document)
    cast = material
    for (const caller of material.callers) {
      for (const request of fc.sample(soundRequests(material, operation, caller), { seed, numRuns: count(1, 4) })) {
        const { status, text } = await callBytes(installation.url, request, caller.credential ?? undefined)
        expect(status, text).toBeLessThan(500)
        statuses.add(status)
      }
    }
  }
  return statuses
}
