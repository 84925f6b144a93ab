import { Gate } from './engine/restore/gate.ts'
import type { Readiness } from './http/routes/health.ts'
import type { JournalGuard } from './journal-guard.ts'
import type { OpenStores } from './open-stores.ts'

/** Stores that give no verdict while it is not known whether the database has all that ended. */
export function guardStores(stores: OpenStores, guard: JournalGuard): OpenStores {
  return {
    ...stores,
    directory: new Gate(stores.directory, () => guard.isOpen),
    readiness: async () => readinessOf(await stores.readiness(), guard.trouble),
    async close() {
      await guard.close()
      await stores.close()
    },
  }
}

function readinessOf(readiness: Readiness, trouble: string | null): Readiness {
  if (trouble === null) return readiness
  const journal = { name: 'journal', status: 'unavailable', detail: trouble } as const
  return { ...readiness, ready: false, dependencies: [...readiness.dependencies, journal] }
}
