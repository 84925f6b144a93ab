import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { authClient } from '../../auth/auth-client.ts'
import { FormError } from '../../feedback/form-error.tsx'
import { useForm } from '../../feedback/use-form.ts'
import { useChosenOrganization } from '../../session/chosen-organization.ts'
import { usePersonSession } from '../../session/person-context.ts'
import { VisitorCard } from '../../shell/visitor-card.tsx'
import { signInText as text } from '../../text/sign-in.ts'

/**
 * `mintmark login`: a person allows the terminal that shows this code (RFC 8628 section 3.3). He types it: by a link that
 * has it already, somebody else's terminal would be allowed with one click (section 5.4).
 */
export function DevicePage() {
  const { person } = usePersonSession()
  const { organization } = useChosenOrganization(person)
  const [outcome, setOutcome] = useState<'allowed' | 'denied' | null>(null)
  const form = useForm(
    { userCode: '', organizationId: organization?.id ?? '' },
    async ({ userCode, organizationId }) => {
      await authClient.approveDevice({ userCode: userCode.trim(), organizationId })
      setOutcome('allowed')
    },
  )
  const typed = form.values.userCode.trim()
  const denial = useForm({}, async () => {
    await authClient.denyDevice({ userCode: typed })
    setOutcome('denied')
  })
  if (outcome !== null) return <VisitorCard {...text.device[outcome]} children={null} />
  return (
    <VisitorCard title={text.device.title} description={text.device.description}>
      <form onSubmit={form.submit}>
        <Stack>
          <TextInput {...form.text('userCode')} label={text.device.code} autoComplete="off" required autoFocus />
          <NativeSelect
            label={text.device.organization}
            value={form.values.organizationId}
            onChange={({ currentTarget }) => form.set({ organizationId: currentTarget.value })}
            data={person.organizations.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <FormError error={form.error ?? denial.error} />
          <Group grow>
            <Button variant="default" disabled={typed === ''} loading={denial.isSending} onClick={denial.send}>
              {text.device.deny}
            </Button>
            <Button type="submit" loading={form.isSending}>
              {text.device.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </VisitorCard>
  )
}
