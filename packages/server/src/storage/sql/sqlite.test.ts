import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

describeStorage('a SQLite file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-storage-'))
  const opened = await open(join(directory, 'mintmark.db'))
  const close = async (): Promise<void> => {
    await opened.close()
    rmSync(directory, { recursive: true })
  }
  return { ...opened, close }
})
