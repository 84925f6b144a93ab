import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core'
import type { Delivery } from '@mintmark/sdk'
import { Facts } from '../../../../../feedback/facts.tsx'
import { FormError } from '../../../../../feedback/form-error.tsx'
import { Time } from '../../../../../feedback/time.tsx'
import { useSession } from '../../../../../session/session-context.ts'
import { useAction } from '../../../../../session/use-action.ts'
import { listText } from '../../../../../text/list.ts'
import { webhooksText } from '../../../../../text/webhooks.ts'

const text = webhooksText.deliveries

type DeliveryDialogProps = {
  readonly webhookId: string
  readonly delivery: Delivery
  readonly onClose: () => void
}

/** What became of one event: what the other side answered is a text here, whatever it is there. */
export function DeliveryDialog({ webhookId, delivery, onClose }: DeliveryDialogProps) {
  const { mintmark, may } = useSession()
  const { id, eventId, type, status, attempt, requestBody, responseStatus, responseBody, error, at, nextAttemptAt } =
    delivery
  const resend = useAction(() => mintmark.webhooks.resend(webhookId, id))
  const sendAgain = async (): Promise<void> => {
    if ((await resend.run(undefined)) !== null) onClose()
  }
  return (
    <Modal opened onClose={onClose} title={type} size="lg" closeButtonProps={{ 'aria-label': listText.close }}>
      <Stack>
        <Facts
          facts={[
            { label: text.columns.status, value: text.statuses[status] },
            { label: text.columns.answer, value: responseStatus ?? text.none },
            { label: text.columns.attempt, value: attempt },
            { label: text.columns.at, value: <Time value={at} /> },
            ...(nextAttemptAt === null ? [] : [{ label: text.next, value: <Time value={nextAttemptAt} /> }]),
            ...(error === null ? [] : [{ label: text.error, value: error }]),
            { label: text.event, value: eventId, isCode: true },
          ]}
        />
        <Body title={text.sent} body={requestBody} without={text.hiddenBody} />
        <Body title={text.body} body={responseBody} without={text.noBody} />
        <FormError error={resend.error} />
        {may('webhooks:write') && (
          <Group justify="flex-end">
            <Button onClick={() => void sendAgain()} loading={resend.isRunning}>
              {text.resend}
            </Button>
          </Group>
        )}
      </Stack>
    </Modal>
  )
}

type BodyProps = {
  readonly title: string
  readonly body: string | null
  /** What is said where there is none. */
  readonly without: string
}

function Body({ title, body, without }: BodyProps) {
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {title}
      </Text>
      {body === null || body === '' ? (
        <Text size="sm" c="dimmed">
          {without}
        </Text>
      ) : (
        <Code block tabIndex={0} mah={240} style={{ overflow: 'auto', whiteSpace: 'pre-wrap' }}>
          {body}
        </Code>
      )}
    </div>
  )
}
