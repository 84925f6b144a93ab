import type { CallerIn, OperatorCaller } from './caller.ts'
import { changeKey, type ChangeInput } from './keys/change-key.ts'
import type { CreationLimits } from './keys/creation-limits.ts'
import { deleteKey, requireEndable, revokeKey, type RevokeInput } from './keys/end-key.ts'
import type { ImportItem } from './keys/import-input.ts'
import { importKeys, type ImportResults } from './keys/import-keys.ts'
import type { KeyView } from './keys/key-view.ts'
import { mintKey, type Minted, type MintInput } from './keys/mint-key.ts'
import type { KeyParts } from './keys/parts.ts'
import { getKeyWindow, type KeyWindowView } from './keys/key-window.ts'
import { getCreationLimits, getKey, listKeys, requireKey, type KeyQuery } from './keys/read-keys.ts'
import { endSecret, rotateKey } from './keys/rotate-key.ts'
import { transferKey, type TransferInput } from './keys/transfer-key.ts'
import type { ListPage } from './list.ts'
import type { Done, IdempotentRequest } from './unit-of-work.ts'

type Idempotency = IdempotentRequest | null

/**
 * What can be done with a tenant's keys. Each throws `RefusedError` for what is refused (with a reason of the closed
 * table) and `StoreUnavailable` when it cannot be decided; then nothing has changed.
 */
export type KeyUseCases = {
  mint(caller: CallerIn, input: MintInput, idempotency?: Idempotency): Promise<Done<Minted>>
  /** Takes over up to 100 keys that another system minted. */
  import(
    caller: OperatorCaller & CallerIn,
    items: readonly ImportItem[],
    idempotency?: Idempotency,
  ): Promise<Done<ImportResults>>
  list(caller: CallerIn, query: KeyQuery): Promise<ListPage<KeyView>>
  get(caller: CallerIn, id: string): Promise<KeyView>
  /** Throws 404 unless the caller may see the key as something to change. */
  require(caller: CallerIn, id: string): Promise<void>
  /** Throws 404, or 403 unless the caller may revoke and delete the key. */
  requireEndable(caller: CallerIn, id: string): Promise<void>
  change(caller: CallerIn, id: string, input: ChangeInput): Promise<KeyView>
  delete(caller: CallerIn, id: string): Promise<void>
  revoke(caller: CallerIn, id: string, input?: RevokeInput, idempotency?: Idempotency): Promise<Done<KeyView>>
  rotate(
    caller: CallerIn,
    id: string,
    input?: { readonly overlapSeconds?: number },
    idempotency?: Idempotency,
  ): Promise<Done<Minted>>
  endSecret(caller: CallerIn, id: string, secretId: string): Promise<void>
  transfer(caller: CallerIn, id: string, input: TransferInput, idempotency?: Idempotency): Promise<Done<KeyView>>
  window(caller: CallerIn, id: string): Promise<KeyWindowView>
  creationLimits(caller: CallerIn): Promise<CreationLimits>
}

export function createKeys(parts: KeyParts): KeyUseCases {
  return {
    mint: (caller, input, idempotency = null) => mintKey(parts, caller, input, idempotency),
    import: (caller, items, idempotency = null) => importKeys(parts, caller, items, idempotency),
    list: (caller, query) => listKeys(parts, caller, query),
    get: (caller, id) => getKey(parts, caller, id),
    require: (caller, id) => requireKey(parts, caller, id),
    requireEndable: (caller, id) => requireEndable(parts, caller, id),
    change: (caller, id, input) => changeKey(parts, caller, id, input),
    delete: (caller, id) => deleteKey(parts, caller, id),
    revoke: (caller, id, input = {}, idempotency = null) => revokeKey(parts, caller, id, input, idempotency),
    rotate: (caller, id, input = {}, idempotency = null) => rotateKey(parts, caller, id, input, idempotency),
    endSecret: (caller, id, secretId) => endSecret(parts, caller, id, secretId),
    transfer: (caller, id, input, idempotency = null) => transferKey(parts, caller, id, input, idempotency),
    window: (caller, id) => getKeyWindow(parts, caller, id),
    creationLimits: (caller) => getCreationLimits(parts, caller),
  }
}
