import { Tabs, Text } from '@mantine/core'
import type { MintedApiKey } from '@mintmark/sdk'
import { CopyField } from '../../../../../feedback/copy-field.tsx'
import { SecretDialog } from '../../../../../feedback/secret-dialog.tsx'
import { useServer } from '../../../../../session/session-context.ts'
import { mintedKeyText as text } from '../../../../../text/api-keys.ts'

type MintedKeyDialogProps = {
  readonly title: string
  readonly minted: MintedApiKey
  readonly onClose: () => void
}

/** The key, for the only time, and a first line to use it by. */
export function MintedKeyDialog({ title, minted, onClose }: MintedKeyDialogProps) {
  const server = useServer()
  const curl = `curl ${server}/v1/me -H 'Authorization: Bearer ${minted.key}'`
  const sdk = `new Mintmark({ server: '${server}', key: process.env.API_KEY })`
  return (
    <SecretDialog title={title} label={text.label} secret={minted.key} onClose={onClose}>
      <Tabs defaultValue="curl">
        <Tabs.List aria-label={text.tryIt}>
          <Tabs.Tab value="curl">{text.curl}</Tabs.Tab>
          <Tabs.Tab value="sdk">{text.sdk}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="curl" pt="sm">
          <CopyField label={text.curl} value={curl} />
        </Tabs.Panel>
        <Tabs.Panel value="sdk" pt="sm">
          <CopyField label={text.sdk} value={sdk} />
          <Text size="sm" c="dimmed" mt={4}>
            {text.environmentVariable}
          </Text>
        </Tabs.Panel>
      </Tabs>
    </SecretDialog>
  )
}
