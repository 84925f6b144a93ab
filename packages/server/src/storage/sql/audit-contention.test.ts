import { randomBytes } from 'node:crypto'
import type { OrganizationId } from '@mintmark/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuditEvent } from '../../engine/audit.ts'
import { hostCaller } from '../../engine/caller.ts'
import type { Stores } from '../../engine/ports/storage.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { givenMember, startMs } from '../contract/storage-samples.ts'
import { openPostgres } from './postgres.ts'

describeWithPostgres('units of work that append to audit chains (PostgreSQL)', () => {
  let opened: Awaited<ReturnType<typeof openPostgres>>
  beforeAll(async () => {
    const url = await testDatabaseUrl()
    opened = await openPostgres({ url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
  })
  afterAll(() => opened.close())

  const organization = async (): Promise<OrganizationId> => (await givenMember(opened.storage)).organizationId
  const append = async ({ audit }: Stores, chain: OrganizationId): Promise<void> => {
    const happening = { action: 'project.updated', target: { type: 'project', id: 'web' } }
    const host = hostCaller(chain, { requestId: 'x', ip: null })
    await audit.append(chain, [createAuditEvent(host, happening, startMs, randomBytes)])
  }
  const whole = async (chain: OrganizationId): Promise<void> =>
    opened.storage.transaction(chain, async (stores) => append(stores, chain))
  const lengthOf = async (chain: OrganizationId): Promise<number> =>
    opened.storage.read(chain, async ({ audit }) => (await audit.head(chain))?.sequence ?? 0)

  test('of one organization lock its chain with COMMIT, not while they are at work', async () => {
    const chain = await organization()
    const before = await lengthOf(chain)
    await opened.storage.transaction(chain, async (stores) => {
      await append(stores, chain)
      // Would wait for this one for ever.
      for (let turn = 0; turn < 3; turn += 1) await whole(chain)
    })
    expect((await lengthOf(chain)) - before).toBe(4)
  })

  test('of other organizations never wait for a chain, however long it is held', async () => {
    const [held, free] = [await organization(), await organization()]
    await opened.storage.transaction(held, async (stores) => {
      await append(stores, held)
      // What reads the chain has it written before, and locked.
      await stores.audit.head(held)
      for (let turn = 0; turn < 3; turn += 1) await whole(free)
    })
    expect(await lengthOf(free)).toBeGreaterThanOrEqual(3)
  })
})
