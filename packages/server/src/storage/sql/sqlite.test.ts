import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sampleEvent } from '../contract/storage-samples.ts'
import { describeStorage } from '../contract/storage.ts'
import type { OpenedStorage } from '../contract/storage.ts'
import { openSqlite } from './sqlite.ts'

async function open(file: string): Promise<OpenedStorage> {
  const opened = await openSqlite({
    file,
    clock: { nowMs: Date.now },
    random: randomBytes,
    onFatal: (error) => {
      throw error
    },
  })
  const raw = async (text: string) => {
    const giveBack = await opened.database.takeTurn()
    try {
      return opened.database.prepare(text).all()
    } finally {
      giveBack()
    }
  }
  return { ...opened, raw }
}

describeStorage('SQLite in memory', async () => open(':memory:'))

test('REPLACE is a deletion to the guards too', async () => {
  const opened = await open(':memory:')
  await opened.storage.transaction('every-organization', async ({ audit }) =>
    audit.append('installation', [sampleEvent()]),
  )
  const replacing = opened.raw(`insert or replace into audit_events (chain, sequence, payload_digest, digest)
    values ('installation', 1, 'forged', 'forged')`)
  await expect(replacing).rejects.toThrow('append-only')
  await opened.close()
})

describeStorage('a SQLite file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-storage-'))
  const opened = await open(join(directory, 'mintmark.db'))
  const close = async (): Promise<void> => {
    await opened.close()
    rmSync(directory, { recursive: true })
  }
  return { ...opened, close }
})
