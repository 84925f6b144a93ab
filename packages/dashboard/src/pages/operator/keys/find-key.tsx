import { Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import type { SearchHit } from '@mintmark/sdk'
import { useState } from 'react'
import { EmptyState } from '../../../feedback/empty-state.tsx'
import { FormError } from '../../../feedback/form-error.tsx'
import { useForm } from '../../../feedback/use-form.ts'
import { IconSearchOff } from '@tabler/icons-react'
import { Rows } from '../../../list/data-table.tsx'
import { operatorText } from '../../../text/operator.ts'
import { useOperator } from '../operator-context.ts'
import { shownPart } from './shown-part.ts'

const text = operatorText.find

export function FindKey() {
  const { mintmark } = useOperator()
  const [found, setFound] = useState<readonly SearchHit[] | null>(null)
  const form = useForm({ shown: '' }, async ({ shown }) => {
    const part = shownPart(shown.trim(), await mintmark.contract())
    form.set({ shown: part })
    setFound(await mintmark.search(part))
  })
  return (
    <Stack gap="sm">
      <Title order={2}>{text.title}</Title>
      <Paper withBorder p="lg">
        <form onSubmit={form.submit}>
          <Stack>
            <TextInput
              {...form.text('shown')}
              label={text.field}
              description={text.help}
              autoComplete="off"
              maxLength={200}
              required
            />
            <FormError error={form.error} />
            <Button type="submit" loading={form.isSending}>
              {text.submit}
            </Button>
          </Stack>
        </form>
      </Paper>
      {found?.length === 0 && <EmptyState icon={IconSearchOff} {...text.none} />}
      {found !== null && found.length > 0 && (
        <Paper withBorder>
          <Rows
            label={text.results}
            items={found}
            idOf={({ id }) => id}
            columns={[
              { id: 'label', label: text.columns.label, render: ({ label }) => label },
              { id: 'detail', label: text.columns.detail, render: ({ detail }) => detail },
              {
                id: 'organization',
                label: text.columns.organization,
                render: ({ organizationId }) => <Text ff="monospace" size="xs" children={organizationId} />,
              },
              { id: 'id', label: text.columns.id, render: ({ id }) => <Text ff="monospace" size="xs" children={id} /> },
            ]}
          />
        </Paper>
      )}
    </Stack>
  )
}
