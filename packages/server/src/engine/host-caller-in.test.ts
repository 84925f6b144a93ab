import { describe, expect, test } from 'vitest'
import { openingInProcess } from '../testing/in-process.ts'
import { hostCallerIn } from './host-caller-in.ts'

const origin = { requestId: 'test', ip: null }

describe('the host in an organization', () => {
  const open = openingInProcess()

  test('has every right there, and none elsewhere', async () => {
    const opened = await open()
    const [acme, other] = [await opened.organization(), await opened.organization()]
    const minted = await acme.mint()
    const { keys } = opened.mintmark.engine
    expect(await keys.get(hostCallerIn(acme.id, origin), minted.id)).toMatchObject({ id: minted.id, lastUsedAt: null })
    await expect(keys.get(hostCallerIn(other.id, origin), minted.id)).rejects.toMatchObject({ reason: 'not_found' })
  })

  test.each(['', 'no organization', '../acme', 'x'.repeat(65)])('is in none by %j', (id) => {
    expect(() => hostCallerIn(id, origin)).toThrow(expect.objectContaining({ reason: 'not_found' }))
  })
})
