import { builtInContract, type OrganizationId } from '@mintmark/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEmbeddedEngine, createTestClock, type EmbeddedEngine } from '../../testing/embedded-engine.ts'

const limit = { limit: 600, windowMs: 60_000 }

let embedded: EmbeddedEngine
beforeEach(async () => {
  embedded = await createEmbeddedEngine({ contract: builtInContract, clock: createTestClock() })
})
afterEach(() => embedded.close())

async function usedKey(id: OrganizationId, name: string): Promise<string> {
  const { engine, host } = embedded
  const caller = { ...host, organizationId: id }
  const { value } = await engine.keys.mint(caller, { name, owner: 'organization', role: 'admin' }, null)
  await engine.verify({ key: value.key ?? '' })
  return value.id
}

test('the windows of all its keys are forgotten, and nobody else’s', async () => {
  const { engine, host, windows } = embedded
  const [gone, stays] = ['gone' as OrganizationId, 'stays' as OrganizationId]
  for (const id of [gone, stays]) await engine.organizations.create(host, { id, name: id }, null)
  const keys = [await usedKey(gone, 'one'), await usedKey(gone, 'two')]
  const other = await usedKey(stays, 'other')
  const left = (): number[] => [...keys, other].map((id) => windows.spend(id, limit, 0).remaining)
  expect(left()).toEqual([599, 599, 599])
  await engine.organizations.delete(host, gone)
  expect(left()).toEqual([600, 600, 599])
  expect(windows.size).toBe(1)
})
