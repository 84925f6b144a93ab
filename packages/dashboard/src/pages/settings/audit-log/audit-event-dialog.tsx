import { Code, Modal, Stack, Text, Title } from '@mantine/core'
import type { AuditEvent } from '@mintmark/sdk'
import { Facts, type Fact } from '../../../feedback/facts.tsx'
import { Time } from '../../../feedback/time.tsx'
import { Rows } from '../../../list/data-table.tsx'
import { auditLogText as text } from '../../../text/audit-log.ts'
import { listText } from '../../../text/list.ts'

type AuditEventDialogProps = {
  readonly event: AuditEvent
  readonly nameOf: (thing: AuditEvent['target']) => string
  readonly onClose: () => void
}

export function AuditEventDialog({ event, nameOf, onClose }: AuditEventDialogProps) {
  const changes = changesOf(event)
  return (
    <Modal opened onClose={onClose} title={event.action} size="lg" closeButtonProps={{ 'aria-label': listText.close }}>
      <Stack>
        <Facts facts={factsOf(event, nameOf)} />
        <Title order={3} size="h5">
          {text.changes}
        </Title>
        {changes.length === 0 ? (
          <Text size="sm" c="dimmed">
            {text.noChanges}
          </Text>
        ) : (
          <Rows
            label={text.changes}
            items={changes}
            idOf={({ field }) => field}
            columns={[
              { id: 'field', label: text.field, render: ({ field }) => field },
              { id: 'before', label: text.before, render: ({ before }) => <Value value={before} /> },
              { id: 'after', label: text.after, render: ({ after }) => <Value value={after} /> },
            ]}
          />
        )}
      </Stack>
    </Modal>
  )
}

function factsOf(event: AuditEvent, nameOf: AuditEventDialogProps['nameOf']): readonly Fact[] {
  const { at, actor, via, target, projectId, ip, requestId, sequence } = event
  const { ownerUserId = null } = actor
  return [
    { label: text.columns.at, value: <Time value={at} /> },
    { label: text.columns.actor, value: nameOf(actor) },
    ...(via === null ? [] : [{ label: text.via, value: via.id, isCode: true as const }]),
    ...(ownerUserId === null ? [] : [{ label: text.formerOwner, value: nameOf({ type: 'member', id: ownerUserId }) }]),
    { label: text.columns.target, value: nameOf(target) },
    ...(projectId === null ? [] : [{ label: text.project, value: projectId, isCode: true as const }]),
    { label: text.columns.ip, value: ip ?? text.unknown },
    { label: text.request, value: requestId, isCode: true },
    { label: text.sequence, value: sequence },
  ]
}

type Change = { readonly field: string; readonly before: unknown; readonly after: unknown }

/** Of a change each field with before and after; of what was made its fields, which were nothing before. */
function changesOf({ changes }: AuditEvent): readonly Change[] {
  return Object.entries(changes).map(([field, value]) =>
    isChange(value) ? { field, before: value.before, after: value.after } : { field, before: undefined, after: value },
  )
}

function isChange(value: unknown): value is { readonly before: unknown; readonly after: unknown } {
  return typeof value === 'object' && value !== null && 'before' in value && 'after' in value
}

function Value({ value }: { readonly value: unknown }) {
  if (value === undefined) return null
  return <Code>{typeof value === 'string' ? value : JSON.stringify(value)}</Code>
}
