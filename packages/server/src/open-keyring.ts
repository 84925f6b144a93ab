import { ConfigError } from './config.ts'
import { createKeyring, type Keyring } from './engine/keyring.ts'
import type { Random } from './engine/ports/clock.ts'
import type { PepperUse } from './engine/ports/peppers.ts'
import type { Storage } from './engine/ports/storage.ts'
import { pepperBytes, readPepper, readPreviousPepper } from './pepper-file.ts'

/** Null: a pepper of this process alone, for a database that it takes with it. */
export type PepperFiles = { readonly current: string | null; readonly previous: string | null }

export type KeyringListener = {
  /** Told of the peppers that this node has, before anything can be digested with them. */
  announce(versions: readonly string[]): void
  warn(message: string): void
}

/**
 * Reads the peppers and sees that they are the database's. A pepper is made only when the database knows none, under a
 * lock, so that two nodes that start together cannot make two.
 */
export async function openKeyring(
  storage: Storage,
  files: PepperFiles,
  random: Random,
  listener: KeyringListener,
): Promise<Keyring> {
  const previous = files.previous === null ? null : readPreviousPepper(files.previous)
  return storage.transaction('every-organization', async (stores) => {
    const { peppers } = stores
    // A start on a full disk serves all the same: it has no pepper to add.
    stores.mustFit()
    await peppers.lock()
    const known = await peppers.list()
    const mayMake = known.length === 0
    const current = files.current === null ? random(pepperBytes) : readPepper(files.current, { mayMake })
    requireTwo(current, previous)
    const keyring = createKeyring({ current, previous })
    const { current: now, previous: before } = keyring.digesters
    const own = { current: now.version, previous: before?.version ?? null }
    requireNewest(known, own, files.current ?? 'pepper')
    listener.announce([now.version, ...(before === null ? [] : [before.version])])
    const nowMs = await stores.nowMs()
    await peppers.add(now.version, nowMs)
    // All secrets are counted: only where there ever was another pepper.
    if (known.some((version) => isMissing(own, version))) warnOfMissing(await peppers.count(nowMs), own, listener)
    return { ...keyring, rekeys: isAhead(known, own) }
  })
}

function requireTwo(current: Uint8Array, previous: Uint8Array | null): void {
  if (previous === null || !Buffer.from(current).equals(previous)) return
  throw new ConfigError([
    'MINTMARK_PREVIOUS_PEPPER_FILE: it has the pepper of MINTMARK_PEPPER_FILE. Name the file of before, or leave it out.',
  ])
}

function isMissing(own: OwnPeppers, version: string): boolean {
  return version !== own.current && version !== own.previous
}

/** Whoever lost the file must be able to start: the keys that need it are refused, but not in silence. */
function warnOfMissing(counts: ReadonlyMap<string, PepperUse>, own: OwnPeppers, listener: KeyringListener): void {
  for (const [version, { secrets }] of counts) {
    if (secrets === 0 || !isMissing(own, version)) continue
    listener.warn(
      `Keys are refused that were digested with a pepper that is not here: ${secrets} secrets, under ${version}. ` +
        'Name its file in MINTMARK_PREVIOUS_PEPPER_FILE.',
    )
  }
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
