import { Alert, Checkbox, Select, Text, Textarea } from '@mantine/core'
import type { ApiKey } from '@mintmark/sdk'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useState } from 'react'
import { FormDialog } from '../../../../../feedback/form-dialog.tsx'
import { RelativeTime } from '../../../../../feedback/time.tsx'
import { useMintmark } from '../../../../../session/session-context.ts'
import { useAction } from '../../../../../session/use-action.ts'
import { revokeKeyText as text } from '../../../../../text/api-keys.ts'
import { useFreshKey } from '../use-fresh-key.ts'

const reasons = ['unspecified', 'leaked', 'superseded', 'unused'] as const
type Reason = (typeof reasons)[number]

/** Used since: something depends on it that would be cut off. */
const recentMs = 24 * 60 * 60 * 1000

type RevokeKeyProps = { readonly apiKey: ApiKey; readonly onClose: () => void }

export function RevokeKey({ apiKey, onClose }: RevokeKeyProps) {
  const mintmark = useMintmark()
  const { id, name, lastUsedAt } = useFreshKey(apiKey)
  const [openedAtMs] = useState(() => Date.now())
  const isRecent = lastUsedAt !== null && openedAtMs - Date.parse(lastUsedAt) < recentMs
  const [isUnderstood, setUnderstood] = useState(false)
  const [reason, setReason] = useState<Reason>('unspecified')
  const [comment, setComment] = useState('')
  const action = useAction(() => mintmark.keys.revoke(id, { reason, ...(comment.trim() !== '' && { comment }) }))
  return (
    <FormDialog
      title={text.title(name)}
      submit={text.submit}
      isDangerous
      isIncomplete={isRecent && !isUnderstood}
      action={action}
      onSubmit={() => void action.run(undefined).then((revoked) => revoked !== null && onClose())}
      onClose={onClose}
    >
      <Text size="sm">{text.description}</Text>
      <Text size="sm">
        {text.lastUsed}: <RelativeTime value={lastUsedAt} />
      </Text>
      {isRecent && (
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />}>
          {text.recent}
          <Checkbox
            mt="sm"
            label={text.understood}
            checked={isUnderstood}
            onChange={({ currentTarget }) => setUnderstood(currentTarget.checked)}
          />
        </Alert>
      )}
      <Select
        label={text.reason}
        data={reasons.map((value) => ({ value, label: text.reasons[value] }))}
        value={reason}
        allowDeselect={false}
        onChange={(chosen) => setReason(reasons.find((value) => value === chosen) ?? reason)}
      />
      <Textarea
        label={text.comment}
        value={comment}
        maxLength={500}
        rows={3}
        onChange={({ currentTarget }) => setComment(currentTarget.value)}
      />
    </FormDialog>
  )
}
