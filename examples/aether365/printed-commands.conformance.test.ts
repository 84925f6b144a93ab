import { printedCommands, promise, runPrinted, runningExample, vendorPage } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'

const page = vendorPage('aether365')

describe.skipIf(page === null)('Aether365: the commands of its page', () => {
  const aether = runningExample('aether365')
  const host = 'https://api.aether365.io'
  const printedKey = /Bearer (ae_live_\w+)/.exec(page ?? '')?.[1] ?? ''

  promise(['AE-1', 'AE-2', 'AE-3', 'AE-4'], 'do as they are printed, by a session token and by a key', async () => {
    const [list = '', create = '', remove = '', use = '', ...more] = printedCommands(page ?? '')
    expect([list, create, remove, use].map((command) => command.includes(`${host}/tenants/me/`))).not.toContain(false)
    expect(more).toEqual([])
    const session = aether().person('member').sessionToken
    const first = await aether().call('POST', '/tenants/me/api-keys', { key: session, body: { name: 'first' } })
    for (const token of [session, first.body.data.key]) {
      const words = { [host]: aether().url, '<token>': token }
      const made = JSON.parse(await runPrinted(create, words)).data
      expect(made.name).toBe('CI pipeline')
      expect((JSON.parse(await runPrinted(list, words)).data as { id: string }[]).map(({ id }) => id)).toContain(
        made.id,
      )
      const used = await runPrinted(use, { [host]: aether().url, [printedKey]: made.key })
      expect(JSON.parse(used)).toEqual({ success: true, data: [] })
      expect(await runPrinted(remove, { ...words, key_abc123: made.id })).toBe('{"success":true,"data":null}')
      const gone = await runPrinted(use, { [host]: aether().url, [printedKey]: made.key })
      expect(JSON.parse(gone).error.reason).toBe('key_revoked')
    }
  })
})
