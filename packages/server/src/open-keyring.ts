import { ConfigError } from './config.ts'
import { createKeyring, type Keyring } from './engine/keyring.ts'
import type { Random } from './engine/ports/clock.ts'
import type { Storage } from './engine/ports/storage.ts'
import { pepperBytes, readPepper } from './pepper-file.ts'

/** Null: a pepper of this process alone, for a database that it takes with it. */
export type PepperFiles = { readonly current: string | null; readonly previous: string | null }

/**
 * Reads the peppers and sees that they are the database's. A pepper is made only when the database knows none, under a
 * lock, so that two nodes that start together cannot make two.
 *
 * @param announce told of the peppers that this node has, before anything can be digested with them
 */
export async function openKeyring(
  storage: Storage,
  files: PepperFiles,
  random: Random,
  announce: (versions: readonly string[]) => void,
): Promise<Keyring> {
  const previous = files.previous === null ? null : readPepper(files.previous, { mayMake: false })
  return storage.transaction('every-organization', async (stores) => {
    const { peppers } = stores
    // A start on a full disk serves all the same: it has no pepper to add.
    stores.mustFit()
    await peppers.lock()
    const known = await peppers.list()
    const mayMake = known.length === 0
    const current = files.current === null ? random(pepperBytes) : readPepper(files.current, { mayMake })
    const keyring = createKeyring({ current, previous })
    const { current: now, previous: before } = keyring.digesters
    const own = { current: now.version, previous: before?.version ?? null }
    requireNewest(known, own, files.current ?? 'pepper')
    announce([now.version, ...(before === null ? [] : [before.version])])
    await peppers.add(now.version, await stores.nowMs())
    return { ...keyring, rekeys: isAhead(known, own) }
  })
}

type OwnPeppers = { readonly current: string; readonly previous: string | null }

/** Without the newest of the database's peppers a node would not know what was digested with it. */
function requireNewest(known: readonly string[], own: OwnPeppers, file: string): void {
  const newest = known.at(-1)
  if (newest === undefined || newest === own.current || newest === own.previous) return
  if (known.some((version) => version === own.current || version === own.previous)) {
    throw new ConfigError([
      `${file}: this database has gone on to another pepper since. Set MINTMARK_PEPPER_FILE to the new file, and ` +
        'MINTMARK_PREVIOUS_PEPPER_FILE to this one for as long as keys are left under it.',
    ])
  }
  throw new ConfigError([
    `${file}: this database was made with another pepper. Put the right file there, set MINTMARK_PEPPER_FILE, or, ` +
      'for a pepper change, name the old file in MINTMARK_PREVIOUS_PEPPER_FILE.',
  ])
}

/**
 * Secrets are re-keyed in one direction only: a node that has the next pepper already, as its previous one, so that no
 * node need be down during a change, must not take back what others have re-keyed.
 */
function isAhead(known: readonly string[], own: OwnPeppers): boolean {
  if (own.previous === null) return false
  const before = known.indexOf(own.previous)
  const now = known.indexOf(own.current)
  return before !== -1 && (now === -1 || before < now)
}
