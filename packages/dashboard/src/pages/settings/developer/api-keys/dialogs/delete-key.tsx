import { Alert, Text } from '@mantine/core'
import type { ApiKey } from '@mintmark/sdk'
import { IconAlertTriangle } from '@tabler/icons-react'
import { ActDialog } from '../../../../../session/act-dialog.tsx'
import { useMintmark } from '../../../../../session/session-context.ts'
import { deleteKeyText as text } from '../../../../../text/api-keys.ts'

type DeleteKeyProps = { readonly apiKey: ApiKey; readonly onClose: () => void; readonly onDone: () => void }

export function DeleteKey({ apiKey, onClose, onDone }: DeleteKeyProps) {
  const mintmark = useMintmark()
  const { id, name, status } = apiKey
  return (
    <ActDialog
      title={text.title(name)}
      submit={text.submit}
      isDangerous
      confirm={name}
      act={() => mintmark.keys.delete(id)}
      onDone={onDone}
      onClose={onClose}
    >
      <Text size="sm">{text.description}</Text>
      <Text size="sm">{text.remains}</Text>
      {status === 'active' && (
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />}>
          {text.active}
        </Alert>
      )}
    </ActDialog>
  )
}
