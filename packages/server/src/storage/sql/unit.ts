import type { Kysely, RawBuilder } from 'kysely'
import type { ChainDigest, OrganizationId } from '@mintmark/core'
import type { Endings } from './endings.ts'
import type { LastStatements } from './last-statements.ts'
import type { Database } from './schema.ts'

/** The unit of work that a store is bound to, and all in which the two engines differ. */
export type Unit = {
  readonly db: Kysely<Database>
  /** What the first event of each audit chain follows. */
  readonly chainOrigin: ChainDigest
  /** Rows are locked by `FOR NO KEY UPDATE`; false where one transaction runs at a time. */
  readonly locksRows: boolean
  /** What is to be sent together with COMMIT; null where no statement costs a round trip. */
  readonly last: LastStatements | null
  /** SQL for the SHA-256 of a text, in lower-case hexadecimal. */
  sha256Hex(text: RawBuilder<string>): RawBuilder<ChainDigest>
  /** False when another open transaction has the lock of this name; else it is held until this one ends. */
  tryLock(name: string): Promise<boolean>
  /** Waits for this organization's units of work under way, and none of them begins until this one ends. */
  excludeUnitsOf(organizationId: OrganizationId): Promise<void>
  /** The authority's clock at this call. */
  nowMs(): Promise<number>
  /** After COMMIT, what was deleted leaves the engine's log too, where the engine can see to it. */
  eraseAfterCommit(): void
  /** For the journal: whatever undoes this database must not undo what ends here. */
  readonly endings: Pick<Endings, 'add' | 'replay'>
  /** It is committed even when there is no room for anything else. */
  mustFit(): void
}
