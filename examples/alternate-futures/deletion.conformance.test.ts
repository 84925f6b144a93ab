import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promise, runningExample } from '@mintmark/example-conformance'
import { afterAll, describe, expect } from 'vitest'

const dataDir = mkdtempSync(join(tmpdir(), 'alternate-futures-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

describe('Alternate Futures: deletion', () => {
  const futures = runningExample('alternate-futures', { DATA_DIR: dataDir })
  const path = '/v1/api-keys'
  const asAdmin = (method: string, at: string, body?: object) =>
    futures().call(method, at, { key: futures().person('admin').sessionToken, ...(body !== undefined && { body }) })

  /** Which of these are in any file, database and write-ahead log among them, or in what was logged. */
  const found = (traces: Readonly<Record<string, string>>): readonly string[] => {
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const contents = [futures().log, ...files.map((file) => readFileSync(join(file.parentPath, file.name)))]
    return Object.entries(traces).flatMap(([name, text]) => (contents.some((one) => one.includes(text)) ? [name] : []))
  }

  /** A key that has left its mark wherever a key can. */
  const leaveTraces = async () => {
    const names = { first: randomBytes(10).toString('hex'), later: randomBytes(10).toString('hex') }
    const made = (
      await asAdmin('POST', path, { name: names.first, permissions: ['all'], metadata: { note: names.first } })
    ).body
    await asAdmin('PATCH', `${path}/${made.id}`, { name: names.later })
    const rotated = (await asAdmin('POST', `${path}/${made.id}/rotate`, {})).body
    for (const key of [made.key, rotated.key]) {
      expect((await futures().call('POST', '/v1/sites', { key, body: { name: 'made by it' } })).status).toBe(201)
      await futures().call('POST', '/graphql', { key, body: { query: '{ me { __typename } }' } })
    }
    const lastUsedAt = async () => (await asAdmin('GET', `${path}/${made.id}`)).body.lastUsedAt
    await expect.poll(lastUsedAt, { timeout: 20_000 }).not.toBeNull()
    const kept = { id: made.id.slice('key_'.length), name: names.later, prefix: rotated.prefix }
    const secrets = rotated.secrets.map(({ id }: { id: string }, index: number) => [`secret ${index}`, id])
    const keys = { 'first key': made.key, 'second key': rotated.key }
    return { ...made, newest: rotated.key, kept: { ...kept, ...Object.fromEntries(secrets) }, names, keys }
  }

  promise('AF-8', 'a deleted key is in no table, no log and no file any more', async () => {
    const { id, newest, kept, names, keys } = await leaveTraces()
    expect(found(kept)).toEqual(Object.keys(kept))
    expect(found(keys)).toEqual([])
    expect((await asAdmin('DELETE', `${path}/${id}`)).status).toBe(204)
    expect(found({ ...kept, ...names, ...keys })).toEqual([])
    const { status, text } = await futures().call('GET', '/v1/sites', { key: newest })
    expect([status, text]).toEqual([401, '{"error":"This credential is not recognised."}'])
    // What was still to be written of its last use is not written to what is gone.
    const other = await leaveTraces()
    expect(found(other.kept)).toEqual(Object.keys(other.kept))
    expect(found({ ...kept, ...names, ...keys })).toEqual([])
    await futures().stop()
    expect(found({ ...kept, ...names, ...keys })).toEqual([])
    expect(found(other.kept)).toEqual(Object.keys(other.kept))
  })
})

describe('Alternate Futures: after a deletion', () => {
  const futures = runningExample('alternate-futures')
  const path = '/v1/api-keys'
  const asAdmin = (method: string, at: string, body?: object) =>
    futures().call(method, at, { key: futures().person('admin').sessionToken, ...(body !== undefined && { body }) })

  promise('AF-8', 'a key cannot be recovered, revoked before or not; what it made is there', async () => {
    for (const isRevoked of [false, true]) {
      const { id, key } = (await asAdmin('POST', path, { name: 'doomed', permissions: ['all'] })).body
      const site = (await futures().call('POST', '/v1/sites', { key, body: { name: 'made by it' } })).body
      if (isRevoked) await asAdmin('POST', `${path}/${id}/revoke`)
      expect((await asAdmin('DELETE', `${path}/${id}`)).status).toBe(204)
      for (const [method, at] of [
        ['GET', `${path}/${id}`],
        ['PATCH', `${path}/${id}`],
        ['POST', `${path}/${id}/rotate`],
        ['POST', `${path}/${id}/revoke`],
        ['DELETE', `${path}/${id}`],
      ] as const) {
        expect([method, (await asAdmin(method, at, method === 'PATCH' ? { name: 'x' } : undefined)).status]).toEqual([
          method,
          404,
        ])
      }
      expect((await asAdmin('GET', path)).text).not.toContain(id)
      expect((await futures().call('GET', '/v1/sites', { key })).text).toBe(
        '{"error":"This credential is not recognised."}',
      )
      expect((await asAdmin('GET', `/v1/sites/${site.id}`)).status).toBe(200)
    }
  })

  promise('AF-8', 'that a key was deleted, by whom and when, is told, and the trail is whole', async () => {
    const { id } = (await asAdmin('POST', path, { name: 'doomed' })).body
    await asAdmin('DELETE', `${path}/${id}`)
    const organization = futures().first.id
    const { body } = await futures().operate('GET', '/v1/audit-events?action=api_key.deleted', undefined, organization)
    expect(body.data[0].actor).toMatchObject({ type: 'member', id: futures().person('admin').id })
    expect(JSON.stringify(body.data)).not.toContain(id)
    const checked = await futures().operate('POST', '/v1/audit-events/check', {}, organization)
    expect(checked.body.whole).toBe(true)
  })
})
