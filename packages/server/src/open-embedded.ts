import { dirname, join } from 'node:path'
import { notDrained, saveWindows, takeUpWindows } from './kept-windows.ts'
import type { Readiness } from './http/routes/health.ts'
import type { OpenStores, StoreParts, StoreSettings } from './open-stores.ts'
import { createMemoryWindows } from './storage/memory/windows.ts'
import { Ballast } from './storage/sql/ballast.ts'
import { createSqliteDirectory } from './storage/sql/directory-sqlite.ts'
import { openSqlite } from './storage/sql/sqlite.ts'

const withoutRoom =
  'The disk has no room: keys are verified, revoked and deleted, members and organizations suspended; nothing else is written'

/** SQLite in this process, which owns the file: the authority answers without leaving the process. */
export async function openEmbedded(settings: StoreSettings, parts: StoreParts): Promise<OpenStores> {
  const { clock, random, log, onFatal, compile, journal } = parts
  const ballast = openBallast(settings, parts)
  const sqlite = await openSqlite({
    file: settings.sqliteFile,
    clock,
    random,
    onFatal,
    journal,
    ...(ballast !== null && { reserve: ballast }),
  })
  ballast?.hold()
  const { storage, activity, usageArchive, database } = sqlite
  const windows = createMemoryWindows({ nowMs: () => clock.nowMs() })
  const wasDrained = await takeUpWindows(windows, activity, clock.nowMs())
  if (!wasDrained && !sqlite.installation.isNew) log.warning(notDrained)
  return {
    storage,
    activity,
    usageArchive,
    windows,
    installation: sqlite.installation,
    presence: null,
    meetingPoint: null,
    backUp: settings.sqliteFile === ':memory:' ? null : (to) => sqlite.backUp(to),
    directory: createSqliteDirectory(database, compile, { clock }),
    readiness: async () => readinessOf(ballast?.isHeld ?? true),
    async close() {
      await saveWindows(windows, activity, (message) => log.warning(message))
      await windows.close()
      await sqlite.close()
      ballast?.close()
    },
  }
}

function openBallast({ sqliteFile }: StoreSettings, { log }: StoreParts): Ballast | null {
  if (sqliteFile === ':memory:') return null
  const file = join(dirname(sqliteFile), 'ballast')
  const onChange = (isHeld: boolean): void => {
    if (isHeld) log.event('There is room on the disk again')
    else log.warning(withoutRoom)
  }
  return new Ballast({ file, onChange })
}

function readinessOf(hasRoom: boolean): Readiness {
  const [status, detail] = hasRoom ? (['ok', null] as const) : (['degraded', withoutRoom] as const)
  return { ready: true, dependencies: [{ name: 'sqlite', status, detail }], warnings: [] }
}
