import { Stack, Text, Title } from '@mantine/core'
import { Facts } from '../../../feedback/facts.tsx'
import { usePersonSession } from '../../../session/person-context.ts'
import { Page } from '../../../shell/page.tsx'
import { profileText as text } from '../../../text/profile.ts'
import { PasswordSection } from './password-section.tsx'
import { SecondFactorSection } from './second-factor-section.tsx'
import { SessionsSection } from './sessions-section.tsx'

export function ProfilePage() {
  const { person } = usePersonSession()
  return (
    <Page title={text.title} description={text.description}>
      <Stack gap="xl" maw={820}>
        <Facts
          facts={[
            { label: text.name, value: person.name },
            { label: text.email, value: person.email },
          ]}
        />
        {person.password ? (
          <>
            <PasswordSection />
            <SecondFactorSection />
          </>
        ) : (
          <Stack gap="sm">
            <Title order={2}>{text.byProvider.title}</Title>
            <Text size="sm">{text.byProvider.why}</Text>
          </Stack>
        )}
        <SessionsSection />
      </Stack>
    </Page>
  )
}
