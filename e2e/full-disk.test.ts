import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { call, expectCall, type Answer } from './testing/client.ts'
import { createOperatorKey, createOrganization, type Installation } from './testing/installation.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { runMintmark, ServedNode } from './testing/served-node.ts'
import { describeWithSmallDisk, SmallDisk } from './testing/small-disk.ts'

const diskMebibytes = 24
const recovery = { timeout: 20_000, interval: 50 }
const timeout = count(30_000, 600_000)

describeWithSmallDisk('on a full disk', () => {
  let disk: SmallDisk
  let node: ServedNode
  let installation: Installation
  let organization: Awaited<ReturnType<typeof createOrganization>>

  beforeEach(async () => {
    disk = await SmallDisk.create(diskMebibytes)
    node = await ServedNode.start({
      dataDir: join(disk.path, 'data'),
      // The log is on it too.
      logFile: join(disk.seenPath, 'log'),
      launcher: disk.launcher,
    })
    installation = {
      nodes: [node],
      url: node.url,
      operatorKey: await createOperatorKey(node),
      remove: () => node.remove(),
    }
    organization = await createOrganization(installation)
  })
  afterEach(async () => {
    await node.remove()
    await disk.remove()
  })

  const operator = (method: string, path: string, body?: unknown): Promise<Answer> =>
    call(node.url, method, path, { key: installation.operatorKey, ...(body !== undefined && { body }) })
  const tenant = (method: string, path: string, body?: unknown): Promise<Answer> => {
    const headers = organization.acting()
    return call(node.url, method, path, { key: installation.operatorKey, headers, ...(body !== undefined && { body }) })
  }
  const mint = (name: string): Promise<Answer> =>
    tenant('POST', '/v1/api-keys', { name, owner: 'organization', role: 'admin' })
  const mintOf = async (userId: string): Promise<Answer['body']> =>
    expectCall(201, node.url, 'POST', '/v1/api-keys', {
      key: installation.operatorKey,
      headers: organization.acting(userId),
      body: { name: userId, scope: 'organization' },
    })
  /** Looks, and spends nothing: some keys are looked at more often than they may ask. */
  const verify = async (key: string): Promise<Answer['body']> =>
    (await operator('POST', '/v1/verify', { key, cost: 0 })).body
  const ready = async (): Promise<Answer['body']> => (await call(node.url, 'GET', '/readyz')).body
  const names = async (): Promise<string[]> => {
    const found: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Answer = await tenant('GET', `/v1/api-keys?limit=100${cursor && `&cursor=${cursor}`}`)
      for (const key of page.body.data) found.push(key.name)
      cursor = page.body.nextCursor
    }
    return found.toSorted()
  }
  /** Mints until the disk is full, and answers the names of those that were acknowledged. */
  const mintUntilFull = async (prefix: string): Promise<string[]> => {
    const acknowledged: string[] = []
    disk.fillUp()
    for (let number = 0; ; number += 1) {
      const answer = await mint(`${prefix}-${number}`)
      if (answer.status === 503) {
        expect(answer.body).toMatchObject({ reason: 'unavailable' })
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
        return acknowledged
      }
      expect(answer.status).toBe(201)
      acknowledged.push(`${prefix}-${number}`)
      disk.fillUp()
    }
  }
  const whenRoomReturned = async (): Promise<void> => {
    disk.empty()
    await vi.waitFor(async () => expect(await ready()).toMatchObject({ dependencies: [{ status: 'ok' }] }), recovery)
  }
  /** Sends verifications one after another until it is told to stop; answers those that were not accepted. */
  const keepVerifying = (key: string) => {
    const refused: unknown[] = []
    const stop = new AbortController()
    let sent = 0
    const run = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        const verdict = await operator('POST', '/v1/verify', { key, cost: 0 })
        sent += 1
        if (verdict.status !== 200 || verdict.body.valid !== true) refused.push(verdict.text)
      }
    }
    const ran = run()
    return async (): Promise<{ sent: number; refused: unknown[] }> => {
      stop.abort()
      await ran
      return { sent, refused }
    }
  }

  test('whatever takes rights away is done, nothing else is, and every key is verified', async () => {
    const { admin = '' } = organization.userIds
    const members = `/v1/organizations/${organization.id}/members`
    await operator('PUT', `${members}/leaver`, { role: 'admin' })
    const other = await createOrganization(installation)
    const [kept, revoked, deleted, rotated] = [await mint('a'), await mint('b'), await mint('c'), await mint('d')]
    const [ofLeaver, ofAdmin] = [await mintOf('leaver'), await mintOf(admin)]
    const session = await operator('POST', '/v1/sessions', { organizationId: organization.id, userId: admin })
    const backend = await operator('POST', '/v1/operator-keys', { name: 'backend' })
    const newest = await tenant('POST', `/v1/api-keys/${rotated.body.id}/rotate`, {})
    const pid = node.pid
    const stop = keepVerifying(kept.body.key)
    await mintUntilFull('x')

    const done = async (method: string, path: string, body?: unknown): Promise<void> => {
      const answer = await (path.startsWith('/v1/api-keys') ? tenant : operator)(method, path, body)
      expect([200, 204], `${method} ${path}: ${answer.text}`).toContain(answer.status)
    }
    const refusal = async (key: string): Promise<unknown> => (await verify(key)).reason
    await done('POST', `/v1/api-keys/${revoked.body.id}/revoke`, { reason: 'leaked' })
    expect(await refusal(revoked.body.key)).toBe('key_revoked')
    await done('DELETE', `/v1/api-keys/${deleted.body.id}`)
    expect(await refusal(deleted.body.key)).toBe('invalid_key')
    await done('DELETE', `/v1/api-keys/${rotated.body.id}/secrets/${rotated.body.secrets[0].id}`)
    expect(await refusal(rotated.body.key)).toBe('key_revoked')
    // Its first use is a write: it must not be lost, nor be waited for.
    expect(await refusal(newest.body.key)).toBe(null)
    await done('PUT', `${members}/leaver`, { role: 'admin', status: 'suspended' })
    expect(await refusal(ofLeaver.key)).toBe('owner_suspended')
    await done('PUT', `${members}/${admin}`, { role: 'member' })
    expect((await verify(ofAdmin.key)).key.role).toBe('member')
    expect((await call(node.url, 'DELETE', '/v1/sessions/current', { key: session.body.token })).status).toBe(204)
    expect(await refusal(session.body.token)).toBe('session_expired')
    await done('DELETE', `${members}/leaver`)
    expect(await refusal(ofLeaver.key)).toBe('key_revoked')
    await done('POST', `/v1/operator-keys/${backend.body.id}/revoke`)
    expect((await call(node.url, 'GET', '/v1/me', { key: backend.body.key })).body.reason).toBe('key_revoked')
    await done('PATCH', `/v1/organizations/${other.id}`, { status: 'suspended' })
    await done('DELETE', `/v1/organizations/${other.id}`)

    for (const [method, path, body] of [
      ['POST', '/v1/api-keys', { name: 'mint', owner: 'organization', role: 'admin' }],
      ['PATCH', `/v1/api-keys/${kept.body.id}`, { name: 'renamed' }],
      ['POST', `/v1/api-keys/${kept.body.id}/rotate`, {}],
    ] as const) {
      expect(await tenant(method, path, body)).toMatchObject({ status: 503, body: { reason: 'unavailable' } })
    }
    expect(await operator('POST', '/v1/organizations', { name: 'new' })).toMatchObject({ status: 503 })
    expect(await ready()).toMatchObject({ ready: true, dependencies: [{ name: 'sqlite', status: 'degraded' }] })
    const { sent, refused } = await stop()
    expect(refused).toEqual([])
    expect(sent).toBeGreaterThan(10)

    await whenRoomReturned()
    expect(await mint('after')).toMatchObject({ status: 201 })
    expect(node.pid).toBe(pid)
    expect(node.isRunning).toBe(true)
    expect(existsSync(join(disk.seenPath, 'data', 'ballast'))).toBe(true)
    await node.stop()
    expectWhole([
      'api_key.revoked',
      'api_key.deleted',
      'api_key.secret_ended',
      'member.updated',
      'member.updated',
      'session.ended',
      'api_key.revoked',
      'member.removed',
      'operator_key.revoked',
      'organization.deleted',
    ])
  })

  /** The file is undamaged, and its audit trail holds these events. */
  const expectWhole = (actions: readonly string[]): void => {
    // SQLite would look for the path behind the link, which is another file system here.
    const copy = mkdtempSync(join(tmpdir(), 'mintmark-copy-'))
    cpSync(join(disk.seenPath, 'data'), copy, { recursive: true })
    const database = new DatabaseSync(join(copy, 'mintmark.db'))
    expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    const written = database.prepare('select action from audit_events').all()
    const left = written.map((row) => row['action'])
    for (const action of actions) {
      expect(left).toContain(action)
      left.splice(left.indexOf(action), 1)
    }
    database.close()
    rmSync(copy, { recursive: true })
  }

  test('a mint is done whole or not at all, however much room is left', { timeout }, async () => {
    const acknowledged: string[] = []
    const kept = (await mint('kept')).body
    let refused = 0
    for (let round = 0; round < count(40, 800); round += 1) {
      disk.empty()
      disk.fillUp({ leaveBytes: round < 20 ? round * 1024 : Math.floor(Math.random() * 96 * 1024) })
      const wanted = [1, 2, 3].map((number) => `round-${round}-${number}`)
      const answers = await Promise.all(wanted.map(mint))
      for (const [index, answer] of answers.entries()) {
        expect([201, 503], answer.text).toContain(answer.status)
        if (answer.status === 201) acknowledged.push(wanted[index] ?? '')
        else refused += 1
      }
      expect(await verify(kept.key)).toMatchObject({ valid: true })
    }
    expect(refused).toBeGreaterThan(10)
    expect(acknowledged.length).toBeGreaterThan(10)
    await whenRoomReturned()
    expect(await names()).toEqual([...acknowledged, 'kept'].toSorted())
  })

  test('a revocation is done at once, again and again, while others take what it freed', { timeout }, async () => {
    const keys = []
    for (let number = 0; number < count(30, 200); number += 1) keys.push((await mint(`key-${number}`)).body)
    await mintUntilFull('x')
    for (const key of keys) {
      // Not to the last byte: somebody else may have what the ballast leaves beyond what revocations need.
      if (ballastIsGone()) disk.fillUp({ leaveBytes: 4 * 1024 * 1024 })
      const [revoked, minted] = await Promise.all([
        tenant('POST', `/v1/api-keys/${key.id}/revoke`, {}),
        mint('meanwhile'),
      ])
      expect(revoked.status, revoked.text).toBe(200)
      expect(minted.status).toBe(503)
      expect(await verify(key.key)).toMatchObject({ valid: false, reason: 'key_revoked' })
    }
    expect(ballastIsGone()).toBe(true)
  })

  const ballastIsGone = (): boolean => !existsSync(join(disk.seenPath, 'data', 'ballast'))

  test('a deletion leaves no byte behind', async () => {
    const canary = 'canary-of-a-full-disk'
    const { id } = (await mint(canary)).body
    const everyByte = (): Buffer =>
      Buffer.concat(
        readdirSync(join(disk.seenPath, 'data'))
          .filter(isData)
          .map((name) => readFileSync(join(disk.seenPath, 'data', name))),
      )
    const isData = (name: string): boolean => name.startsWith('mintmark.db')
    expect(everyByte().includes(canary)).toBe(true)
    await mintUntilFull('x')
    expect((await tenant('DELETE', `/v1/api-keys/${id}`)).status).toBe(204)
    expect(everyByte().includes(canary)).toBe(false)
  })

  test('it drains, starts, verifies and revokes; the command line revokes', async () => {
    const [first, second] = [(await mint('first')).body, (await mint('second')).body]
    const backend = await operator('POST', '/v1/operator-keys', { name: 'backend' })
    await verify(first.key)
    await mintUntilFull('x')
    expect(await node.stop()).toBe(0)
    disk.fillUp()
    await node.start()
    expect(await verify(first.key)).toMatchObject({ valid: true })
    expect(await tenant('POST', `/v1/api-keys/${first.id}/revoke`, {})).toMatchObject({ status: 200 })
    await node.kill()
    disk.fillUp({ leaveBytes: 2 * 1024 * 1024 })
    await node.start()
    expect(await verify(first.key)).toMatchObject({ valid: false, reason: 'key_revoked' })
    expect(await verify(second.key)).toMatchObject({ valid: true })
    await node.stop()
    const revoke = ['operator-keys', 'revoke', backend.body.id, '--yes']
    expect(await runMintmark(revoke, node.env, node.launcher)).toMatchObject({ exitCode: 0 })
    const create = ['operator-keys', 'create', '--name', 'more']
    expect(await runMintmark(create, node.env, node.launcher)).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/^The disk of the data directory has no room\. Free some, and do it again\.$/m),
    })
  })
})
