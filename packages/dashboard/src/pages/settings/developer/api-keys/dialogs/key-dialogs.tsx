import type { ApiKey } from '@mintmark/sdk'
import { DeleteKey } from './delete-key.tsx'
import { EditKey } from './edit-key.tsx'
import { RevokeKey } from './revoke-key.tsx'
import { RotateKey } from './rotate-key.tsx'

export type KeyDialogName = 'edit' | 'rotate' | 'revoke' | 'delete'
export type OpenDialog = { readonly name: KeyDialogName; readonly apiKey: ApiKey }
export type OpenKeyDialog = (name: KeyDialogName, apiKey: ApiKey) => void

type KeyDialogsProps = {
  readonly dialog: OpenDialog | null
  readonly onClose: () => void
  /** The key is gone. Default: as for any other end. */
  readonly onDeleted?: () => void
}

/** What can be done with one key, one at a time. */
export function KeyDialogs({ dialog, onClose, onDeleted = onClose }: KeyDialogsProps) {
  if (dialog === null) return null
  const { name, apiKey } = dialog
  switch (name) {
    case 'edit':
      return <EditKey apiKey={apiKey} onClose={onClose} />
    case 'rotate':
      return <RotateKey apiKey={apiKey} onClose={onClose} />
    case 'revoke':
      return <RevokeKey apiKey={apiKey} onClose={onClose} />
    case 'delete':
      return <DeleteKey apiKey={apiKey} onClose={onClose} onDone={onDeleted} />
  }
}
