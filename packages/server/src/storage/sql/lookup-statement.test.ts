import { randomBytes } from 'node:crypto'
import { digestFromBytes } from '@mintmark/core'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import * as rows from '../contract/directory-rows.ts'
import { keyRows } from './lookup-rows.ts'
import { digestsParameter, lookupStatement, readAnswer } from './lookup-statement.ts'
import { openPostgres } from './postgres.ts'
import type { PostgresStorage } from './postgres.ts'

describe('the parameter and the answer', () => {
  const digests = [0, 1].map((start) =>
    digestFromBytes(Uint8Array.from({ length: 32 }, (_, index) => start + index * 8)),
  )
  const said = ['f', 't', 'f', '1760000000000', 'pepper', 'f']

  test('write every byte of every digest', () => {
    const [head, length] = ['00000001 00000000 00000011 00000002 00000001', '00000020']
    const bytes = ['0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8', '0109111921293139']
    const written = digestsParameter(digests).toString('hex')
    expect(written).toMatch(new RegExp(`^${`${head}${length}${bytes[0]}${length}${bytes[1]}`.replaceAll(' ', '')}`))
    expect(written).toHaveLength(2 * (20 + 2 * 36))
    expect(digestsParameter([]).toString('hex')).toBe('000000000000000000000011')
  })

  test('read what the session says of itself, with and without rows', () => {
    const nobody = readAnswer([[...said, null]], digests)
    expect(nobody).toEqual({
      nowMs: 1_760_000_000_000,
      replica: false,
      ours: true,
      synchronous: false,
      newestPepper: 'pepper',
      texts: new Map(),
    })
    const found = readAnswer([[...said, '2["[ü"]\u001e1[1]']], digests)
    expect(found.texts).toEqual(
      new Map([
        [digests[1], '["[ü"]'],
        [digests[0], '[1]'],
      ]),
    )
  })

  test.for([
    ['t', 't'],
    [null, 't'],
    ['', 't'],
  ])('take a server that does not say that it is no replica (%s) for one', ([replica]) => {
    expect(readAnswer([[replica ?? null, ...said.slice(1), null]], digests).replica).toBe(true)
  })

  test.for(['f', null, ''])('take a session that does not say that it is ours (%s) for none', (ours) => {
    expect(readAnswer([['f', ours, ...said.slice(2), null]], digests).ours).toBe(false)
  })

  test('are refused where they do not belong together', () => {
    expect(() => readAnswer([], digests)).toThrow('without a row')
    expect(() => readAnswer([[...said, '3[1]']], digests)).toThrow('not asked for')
  })
})

describeWithPostgres('the look-up statement', () => {
  let storage: PostgresStorage
  let client: Client
  let key: rows.MintedRows

  beforeAll(async () => {
    const url = await testDatabaseUrl()
    storage = await openPostgres({ url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
    key = await storage.database.run({ tenant: 'every-organization', access: 'read write' }, async (db) =>
      rows.insertKey(db),
    )
    client = new Client({ connectionString: url, types: { getTypeParser: () => (text: string) => text } })
    await client.connect()
  })
  afterAll(async () => {
    await client.end()
    await storage.close()
  })

  const ask = async (fenced: boolean) => {
    const values = [digestsParameter([key.digest])]
    const answer = await client.query<(string | null)[]>({
      ...lookupStatement('key', fenced),
      values,
      rowMode: 'array',
    })
    return readAnswer(answer.rows, [key.digest])
  }

  test('tells a session that has lost its settings from one that has them', async () => {
    expect((await ask(false)).ours).toBe(false)
    await client.query(`select set_config('mintmark.tenant', '*', false)`)
    const answer = await ask(false)
    expect(answer).toMatchObject({ ours: true, replica: false, synchronous: false })
    expect(keyRows.parse(answer.texts.get(key.digest) ?? '').keyNumber).toBe(key.keyNumber)
  })

  test('has something to commit when it is fenced, and only then', async () => {
    const transactionId = async (): Promise<unknown> =>
      (await client.query('select pg_current_xact_id_if_assigned() as id')).rows
    await client.query('begin')
    await ask(false)
    expect(await transactionId()).toEqual([{ id: null }])
    await ask(true)
    expect(await transactionId()).toEqual([{ id: expect.stringMatching(/^\d+$/) }])
    await client.query('commit')
  })

  test('finds each table by an index, with many rows, as few as they are', async () => {
    await client.query(`set plan_cache_mode = force_generic_plan; set enable_seqscan = off`)
    for (const kind of ['key', 'session'] as const) {
      const { name, text } = lookupStatement(kind, false)
      await client.query(`prepare "plan-${name}" (bytea[]) as ${text}`)
      const { rows: plan } = await client.query<string[]>({
        text: `explain execute "plan-${name}" ('{}')`,
        rowMode: 'array',
      })
      // A pepper is added once in years.
      expect(plan.join('\n')).not.toMatch(/Seq Scan on (?!peppers\b)/)
      expect(plan.join('\n')).toMatch(/Index Cond: \((?:\w+\.)?digest = asked\.digest/)
    }
  })
})
