import { saveWindows, takeUpWindows } from './kept-windows.ts'
import type { OpenStores, StoreParts, StoreSettings } from './open-stores.ts'
import { createMemoryWindows } from './storage/memory/windows.ts'
import { createSqliteDirectory } from './storage/sql/directory-sqlite.ts'
import { openSqlite } from './storage/sql/sqlite.ts'

/** SQLite in this process, which owns the file: the authority answers without leaving the process. */
export async function openEmbedded(settings: StoreSettings, parts: StoreParts): Promise<OpenStores> {
  const { clock, random, onFatal, compile } = parts
  const sqlite = await openSqlite({ file: settings.sqliteFile, clock, random, onFatal })
  const { storage, activity, database } = sqlite
  const windows = createMemoryWindows({ nowMs: () => clock.nowMs() })
  await takeUpWindows(windows, activity, clock.nowMs())
  return {
    storage,
    activity,
    windows,
    directory: createSqliteDirectory(database, compile, { clock }),
    readiness: async () => ({
      ready: true,
      dependencies: [{ name: 'sqlite', status: 'ok', detail: null }],
      warnings: [],
    }),
    async close() {
      await saveWindows(windows, activity)
      await windows.close()
      await sqlite.close()
    },
  }
}
