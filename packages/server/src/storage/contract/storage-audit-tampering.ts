import { randomBytes } from 'node:crypto'
import { chainOrigin, digestPayload, linkDigest, type ChainDigest, type OrganizationId } from '@mintmark/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuditEvent } from '../../engine/audit.ts'
import { checkAudit, headOf } from '../../engine/audit-events/check-audit.ts'
import { hostCaller } from '../../engine/caller.ts'
import { buriedActor, eraseKey } from '../../engine/keys/erase-key.ts'
import type { KeyWithSecrets } from '../../engine/ports/keys.ts'
import { createTombstone } from '../../engine/tombstone.ts'
import { tamperingsOf, type TamperedRow } from './audit-tampering.ts'
import { givenKey, givenMember, sampleProject, startMs } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'
import { count } from '../../testing/scale.ts'

/** A storage whose guards can be put aside, and SQL for bytes. */
export type TamperableStorage = OpenedStorage & {
  readonly bytes: (hex: string) => string
  /** Runs SQL with no trigger in the way. */
  readonly force: (texts: readonly string[]) => Promise<void>
}

const chainLength = 200
/** Every row in a release; in CI one of so many, more of those that were erased, rewritten, or did it, and the ends. */
const stride = count(29, 1)
const specialStride = count(5, 1)

/** Whatever is altered in a chain by hand, a check names it. */
export function describeAuditTampering(name: string, open: () => Promise<TamperableStorage>): void {
  describe(`a chain of ${chainLength} events in ${name}`, { timeout: 1_200_000 }, () => {
    let opened: TamperableStorage
    let chain: OrganizationId
    let rows: readonly TamperedRow[]
    let special: ReadonlySet<number>

    beforeAll(async () => {
      opened = await open()
      const made = await makeChain(opened)
      chain = made.chain
      special = made.special
      const stored = await opened.raw(
        `select sequence, payload from audit_events where chain = '${chain}' order by sequence`,
      )
      rows = stored.map((row) => ({ sequence: Number(row['sequence']), isErased: row['payload'] === null }))
      for (const table of ['audit_events', 'audit_heads']) {
        await opened.force([`create table ${table}_kept as select * from ${table} where chain = '${chain}'`])
      }
    })
    afterAll(() => opened.close())

    const check = (input = {}) => checkAudit(opened.storage, chain, input)
    const restore = async (): Promise<void> => {
      for (const table of ['audit_events', 'audit_heads']) {
        await opened.force([
          `delete from ${table} where chain = '${chain}'`,
          `insert into ${table} select * from ${table}_kept`,
        ])
      }
    }
    const places = () =>
      rows
        .map(({ sequence }) => sequence)
        .filter(
          (at) => at % stride === 1 % stride || (special.has(at) && at % specialStride === 0) || at === rows.length,
        )

    test('is whole, with erased and rewritten events in it', async () => {
      expect(rows).toHaveLength(chainLength)
      expect(rows.filter(({ isErased }) => isErased).length).toBeGreaterThan(10)
      expect(await check()).toEqual({ whole: true, checked: chainLength })
      await restore()
      expect(await check()).toEqual({ whole: true, checked: chainLength })
    })

    test.each(Object.keys(tamperingsOf('', String)))('%s: named, whichever row it is', async (what) => {
      const { alter, named = (at: number) => at } = tamperingsOf(chain, opened.bytes)[what] ?? { alter: () => [] }
      let altered = 0
      for (const at of places()) {
        const wanted = named(at, rows)
        if (wanted === null) continue
        await opened.force(alter(at))
        expect([at, await check()]).toEqual([at, expect.objectContaining({ whole: false, sequence: wanted })])
        // From the event itself on, too.
        if (wanted <= chainLength)
          expect(await check({ from: wanted })).toMatchObject({ whole: false, sequence: wanted })
        await restore()
        altered += 1
      }
      expect(altered).toBeGreaterThan(places().length / 2)
      expect(await check()).toEqual({ whole: true, checked: chainLength })
    })

    test('its head, altered or gone: where it should have ended, or first differs', async () => {
      const heads = `update audit_heads set`
      const where = `where chain = '${chain}'`
      const alterations: readonly [string, number][] = [
        [`${heads} sequence = sequence + 1 ${where}`, chainLength + 1],
        [`${heads} sequence = sequence - 3 ${where}`, chainLength - 2],
        [`${heads} digest = '${'0'.repeat(64)}' ${where}`, chainLength + 1],
        [`delete from audit_heads ${where}`, 1],
      ]
      for (const [text, sequence] of alterations) {
        await opened.force([text])
        expect(await check()).toMatchObject({ whole: false, sequence, fault: 'head_mismatch' })
        await restore()
      }
    })

    test('cut short with its head put back shows only against a head that was kept elsewhere', async () => {
      const head = await headOf(opened.storage, chain)
      expect(head.sequence).toBe(chainLength)
      for (const at of [1, 2, 50, chainLength - 1].filter((kept) => !special.has(kept))) {
        await opened.force([
          `delete from audit_events where chain = '${chain}' and sequence > ${at}`,
          `update audit_heads set sequence = ${at}, digest =
            (select digest from audit_events where chain = '${chain}' and sequence = ${at}) where chain = '${chain}'`,
        ])
        expect(await check({ head })).toMatchObject({ whole: false })
        if ((await check()).whole) {
          expect(await check({ head })).toMatchObject({ sequence: at + 1, fault: 'head_mismatch' })
        }
        await restore()
      }
      expect(await check({ head })).toEqual({ whole: true, checked: chainLength })
    })

    test('made anew from some event on, link by link, shows only against a head that was kept elsewhere', async () => {
      const head = await headOf(opened.storage, chain)
      const from = chainLength - 20
      await opened.force(await remade(from))
      expect(await check()).toEqual({ whole: true, checked: chainLength })
      expect(await check({ head })).toMatchObject({ sequence: chainLength, fault: 'head_mismatch' })
      await restore()
    })

    test('passes through a head that was kept when it was shorter', async () => {
      const [row] = await opened.raw(`select digest from audit_events where chain = '${chain}' and sequence = 77`)
      const head = { sequence: 77, digest: digestIn(row) ?? chainOrigin('') }
      for (const from of [1, 77, 78]) {
        expect(await check({ head, from })).toEqual({ whole: true, checked: chainLength - from + 1 })
        expect(await check({ head: { ...head, sequence: 78 }, from })).toMatchObject({ whole: false, sequence: 78 })
      }
      await expect(check({ head, from: 79 })).rejects.toMatchObject({ reason: 'invalid_request' })
      await expect(check({ from: chainLength + 2 })).rejects.toMatchObject({ reason: 'invalid_request' })
      expect(await check({ from: chainLength + 1 })).toEqual({ whole: true, checked: 0 })
    })

    /** What somebody writes who knows how chains are made, and has no copy of the head to fear. */
    async function remade(from: number): Promise<readonly string[]> {
      const stored = await opened.raw(
        `select sequence, payload, digest from audit_events where chain = '${chain}' order by sequence`,
      )
      let previous = digestIn(stored[from - 2]) ?? chainOrigin(opened.installation.id)
      const texts: string[] = []
      for (const row of stored.slice(from - 1)) {
        const sequence = Number(row['sequence'])
        const salt = Uint8Array.from(randomBytes(32))
        const payload = typeof row['payload'] === 'string' ? row['payload'] : '{}'
        const payloadDigest = digestPayload(salt, payload)
        previous = linkDigest(chain, sequence, payloadDigest, previous)
        texts.push(
          `update audit_events set payload = '${payload}', salt = ${opened.bytes(Buffer.from(salt).toString('hex'))},
            payload_digest = '${payloadDigest}', digest = '${previous}' where chain = '${chain}' and sequence = ${sequence}`,
        )
      }
      return [...texts, `update audit_heads set digest = '${previous}' where chain = '${chain}'`]
    }
  })
}

/** Members and keys that do things, and keys that are deleted with what was done to them and by them. */
async function makeChain({ storage }: OpenedStorage): Promise<{ chain: OrganizationId; special: ReadonlySet<number> }> {
  const { organizationId } = await givenMember(storage)
  const { id: projectId } = sampleProject(organizationId)
  const origin = { requestId: 'req_x', ip: '192.0.2.1' }
  const host = { ...hostCaller(organizationId, origin), organizationId }
  const special = new Set<number>()
  let keys: KeyWithSecrets[] = []
  let length = 0
  const tell = (happening: Parameters<typeof createAuditEvent>[1]) => {
    length += 1
    return createAuditEvent(host, happening, startMs + length, randomBytes)
  }
  const isShort = (): boolean => length < chainLength
  while (isShort()) {
    const key = await givenKey(storage, organizationId)
    keys.push(key)
    const target = { type: 'api_key', id: key.id }
    const by = { type: 'key', id: keys[0]?.id ?? key.id } as const
    const events = [
      tell({ action: 'api_key.created', target, changes: { name: 'x' } }),
      tell({ action: 'project.updated', actor: by, target: { type: 'project', id: projectId }, projectId }),
      tell({ action: 'api_key.revoked', target, changes: { reason: 'leaked' } }),
      tell({ action: 'member.updated', target: { type: 'member', id: 'ada' } }),
    ]
    await storage.transaction(organizationId, async ({ audit }) => audit.append(organizationId, events))
    if (keys.length < 6 || length > chainLength - 6) continue
    // A key deletes another; then it is deleted itself, and so is rewritten as the one who did that.
    for (const [deleted, deleter] of [
      [keys[1], keys[0]],
      [keys[0], undefined],
    ] as const) {
      if (deleted === undefined) continue
      await storage.transaction(organizationId, async (stores) => {
        const tombstone = createTombstone(randomBytes)
        const changes = await eraseKey(stores, organizationId, deleted, tombstone, randomBytes)
        for (const sequence of [...changes.erased, ...changes.rewritten.map((rewriting) => rewriting.sequence)])
          special.add(sequence)
        const actor =
          deleter === undefined ? buriedActor(deleted, tombstone) : ({ type: 'key', id: deleter.id } as const)
        const event = tell({ action: 'api_key.deleted', actor, target: { type: 'api_key', id: tombstone }, changes })
        await stores.audit.append(organizationId, [event])
        special.add(length)
      })
    }
    keys = keys.slice(2)
  }
  return { chain: organizationId, special }
}

function digestIn(row: Readonly<Record<string, unknown>> | undefined): ChainDigest | null {
  const digest = row?.['digest']
  return typeof digest === 'string' ? (digest as ChainDigest) : null
}
