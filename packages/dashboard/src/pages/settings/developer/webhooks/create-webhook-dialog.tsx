import { Text } from '@mantine/core'
import { useState } from 'react'
import { SecretDialog } from '../../../../feedback/secret-dialog.tsx'
import { ActDialog } from '../../../../session/act-dialog.tsx'
import { useMintmark } from '../../../../session/session-context.ts'
import { webhooksText as text } from '../../../../text/webhooks.ts'
import { isComplete, WebhookFields, type WebhookValues } from './webhook-fields.tsx'

export function CreateWebhookDialog({ onClose }: { readonly onClose: () => void }) {
  const mintmark = useMintmark()
  const [values, setValues] = useState<WebhookValues>({ url: '', description: '', events: ['*'] })
  const [secret, setSecret] = useState<string | null>(null)
  if (secret !== null) return <WebhookSecretDialog secret={secret} onClose={onClose} />
  const { url, description, events } = values
  return (
    <ActDialog
      title={text.create.title}
      submit={text.create.submit}
      isIncomplete={!isComplete(values)}
      act={() => mintmark.webhooks.create({ url: url.trim(), events, ...(description !== '' && { description }) })}
      onDone={(made) => setSecret(made.secret)}
      onClose={onClose}
    >
      <WebhookFields values={values} onChange={(change) => setValues({ ...values, ...change })} />
    </ActDialog>
  )
}

type WebhookSecretDialogProps = { readonly secret: string; readonly onClose: () => void }

export function WebhookSecretDialog({ secret, onClose }: WebhookSecretDialogProps) {
  return (
    <SecretDialog title={text.secret.title} label={text.secret.label} secret={secret} onClose={onClose}>
      <Text size="sm">{text.secret.help}</Text>
    </SecretDialog>
  )
}
