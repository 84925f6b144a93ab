import { Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core'
import type { Organization } from '@mintmark/sdk'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ErrorState } from '../../../feedback/error-state.tsx'
import { Facts } from '../../../feedback/facts.tsx'
import { FormError } from '../../../feedback/form-error.tsx'
import { PageLoader } from '../../../feedback/page-loader.tsx'
import { Time } from '../../../feedback/time.tsx'
import { useMintmark, useSession } from '../../../session/session-context.ts'
import { useAction } from '../../../session/use-action.ts'
import { Page } from '../../../shell/page.tsx'
import { organizationText as text } from '../../../text/organization.ts'

export function OrganizationPage() {
  const mintmark = useMintmark()
  const { data, error, refetch } = useQuery({
    queryKey: ['organization'],
    queryFn: ({ signal }) => mintmark.organizations.own({ signal }),
  })
  return (
    <Page title={text.title} description={text.description}>
      {data !== undefined && <OrganizationParts organization={data} />}
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <PageLoader />}
    </Page>
  )
}

function OrganizationParts({ organization }: { readonly organization: Organization }) {
  const { id, tier, status, rateLimit, createdAt } = organization
  return (
    <Stack maw={640}>
      <NameForm organization={organization} />
      <Facts
        facts={[
          { label: text.id, value: id, isCode: true },
          { label: text.tier, value: tier },
          {
            label: text.limit,
            value: rateLimit === null ? text.byTier : text.limitOf(rateLimit.limit, rateLimit.windowSeconds),
          },
          { label: text.status, value: text.statuses[status] },
          { label: text.created, value: <Time value={createdAt} /> },
        ]}
      />
    </Stack>
  )
}

function NameForm({ organization }: { readonly organization: Organization }) {
  const { mintmark, may } = useSession()
  const [name, setName] = useState(organization.name)
  const [isSaved, setSaved] = useState(false)
  const action = useAction(() => mintmark.organizations.updateOwn({ name }))
  const mayChange = may('organization:write')
  const save = async (): Promise<void> => {
    setSaved((await action.run(undefined)) !== null)
  }
  return (
    <Paper withBorder p="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Stack>
          <TextInput
            label={text.name}
            description={mayChange ? undefined : text.readOnly}
            value={name}
            onChange={({ currentTarget }) => {
              setSaved(false)
              setName(currentTarget.value)
            }}
            readOnly={!mayChange}
            required
            maxLength={100}
            autoComplete="off"
          />
          <FormError error={action.error} />
          {mayChange && (
            <Group>
              <Button type="submit" loading={action.isRunning} disabled={name === organization.name}>
                {text.save}
              </Button>
              <Text size="sm" c="dimmed" role="status">
                {isSaved ? text.saved : ''}
              </Text>
            </Group>
          )}
        </Stack>
      </form>
    </Paper>
  )
}
