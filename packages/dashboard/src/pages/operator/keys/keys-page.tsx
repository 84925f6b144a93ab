import { SimpleGrid } from '@mantine/core'
import { Page } from '../../../shell/page.tsx'
import { operatorText } from '../../../text/operator.ts'
import { FindKey } from './find-key.tsx'
import { VerifyKey } from './verify-key.tsx'

export function KeysPage() {
  return (
    <Page title={operatorText.pages.keys}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <FindKey />
        <VerifyKey />
      </SimpleGrid>
    </Page>
  )
}
