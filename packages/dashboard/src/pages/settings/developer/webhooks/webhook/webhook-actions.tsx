import { Button, NativeSelect, Text } from '@mantine/core'
import type { Webhook } from '@mintmark/sdk'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { FormError } from '../../../../../feedback/form-error.tsx'
import { ActDialog } from '../../../../../session/act-dialog.tsx'
import { useMintmark } from '../../../../../session/session-context.ts'
import { useAction } from '../../../../../session/use-action.ts'
import { webhooksText as text } from '../../../../../text/webhooks.ts'
import { WebhookSecretDialog } from '../create-webhook-dialog.tsx'
import { isComplete, WebhookFields, type WebhookValues } from '../webhook-fields.tsx'

type Act = 'edit' | 'rotate' | 'delete'
type WebhookProps = { readonly webhook: Webhook }
type WebhookDialogProps = WebhookProps & { readonly onClose: () => void }

export function WebhookActions({ webhook }: WebhookProps) {
  const mintmark = useMintmark()
  const [act, choose] = useState<Act | null>(null)
  const isOn = webhook.status === 'enabled'
  const test = useAction(() => mintmark.webhooks.test(webhook.id))
  const toggle = useAction(() => mintmark.webhooks.update(webhook.id, { status: isOn ? 'disabled' : 'enabled' }))
  const close = (): void => choose(null)
  return (
    <>
      <Button onClick={() => void test.run(undefined)} loading={test.isRunning} disabled={!isOn}>
        {text.test}
      </Button>
      <Button variant="default" onClick={() => choose('edit')}>
        {text.edit.button}
      </Button>
      <Button variant="default" onClick={() => choose('rotate')}>
        {text.rotate.button}
      </Button>
      <Button variant="default" onClick={() => void toggle.run(undefined)} loading={toggle.isRunning}>
        {isOn ? text.disable : text.enable}
      </Button>
      <Button variant="light" color="red" onClick={() => choose('delete')}>
        {text.delete.button}
      </Button>
      <FormError error={test.error ?? toggle.error} />
      {act === 'edit' && <EditDialog webhook={webhook} onClose={close} />}
      {act === 'rotate' && <RotateDialog webhook={webhook} onClose={close} />}
      {act === 'delete' && <DeleteDialog webhook={webhook} onClose={close} />}
    </>
  )
}

function EditDialog({ webhook, onClose }: WebhookDialogProps) {
  const mintmark = useMintmark()
  const { id, url, description, events } = webhook
  const [values, setValues] = useState<WebhookValues>({ url, description: description ?? '', events })
  return (
    <ActDialog
      title={text.edit.title}
      submit={text.edit.submit}
      isIncomplete={!isComplete(values)}
      act={() => mintmark.webhooks.update(id, { ...values, description: values.description || null })}
      onClose={onClose}
    >
      <WebhookFields values={values} onChange={(change) => setValues({ ...values, ...change })} />
    </ActDialog>
  )
}

const usualOverlapSeconds = 86_400

function RotateDialog({ webhook, onClose }: WebhookDialogProps) {
  const mintmark = useMintmark()
  const [overlapSeconds, setOverlap] = useState(usualOverlapSeconds)
  const [secret, setSecret] = useState<string | null>(null)
  if (secret !== null) return <WebhookSecretDialog secret={secret} onClose={onClose} />
  return (
    <ActDialog
      title={text.rotate.title}
      submit={text.rotate.submit}
      act={() => mintmark.webhooks.rotateSecret(webhook.id, { overlapSeconds })}
      onDone={(rotated) => setSecret(rotated.secret)}
      onClose={onClose}
    >
      <Text size="sm">{text.rotate.why}</Text>
      <NativeSelect
        label={text.rotate.overlap}
        value={String(overlapSeconds)}
        onChange={({ currentTarget }) => setOverlap(Number(currentTarget.value))}
        data={text.rotate.overlaps.map(({ label, seconds }) => ({ label, value: String(seconds) }))}
      />
    </ActDialog>
  )
}

function DeleteDialog({ webhook, onClose }: WebhookDialogProps) {
  const mintmark = useMintmark()
  const navigate = useNavigate()
  return (
    <ActDialog
      title={text.delete.title}
      submit={text.delete.submit}
      isDangerous
      act={() => mintmark.webhooks.delete(webhook.id)}
      onDone={() => void navigate('/settings/developer/webhooks')}
      onClose={onClose}
    >
      <Text size="sm">{text.delete.why}</Text>
    </ActDialog>
  )
}
