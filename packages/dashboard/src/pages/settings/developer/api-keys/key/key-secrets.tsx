import { Button, Paper, Text } from '@mantine/core'
import type { ApiKey } from '@mintmark/sdk'
import { useState } from 'react'
import { ActDialog } from '../../../../../session/act-dialog.tsx'
import { useSession } from '../../../../../session/session-context.ts'
import { secretsText as text } from '../../../../../text/api-keys.ts'
import { rightsTo } from '../key-rights.ts'
import { SecretList } from '../secret-list.tsx'
import type { Secret } from '../secret-state.ts'

/** The secrets of an active key, and the end of the older one when it is not used any more. */
export function KeySecrets({ apiKey }: { readonly apiKey: ApiKey }) {
  const session = useSession()
  const [ending, setEnding] = useState<Secret | null>(null)
  const mayEnd = rightsTo(apiKey, session).revoke
  return (
    <Paper withBorder p="md">
      <SecretList
        secrets={apiKey.secrets}
        endOlder={(secret) =>
          mayEnd && (
            <Button variant="default" size="xs" onClick={() => setEnding(secret)}>
              {text.end}
            </Button>
          )
        }
      />
      {ending !== null && (
        <ActDialog
          title={text.endTitle}
          submit={text.end}
          isDangerous
          act={() => session.mintmark.keys.endSecret(apiKey.id, ending.id)}
          onClose={() => setEnding(null)}
        >
          <Text size="sm">{text.endDescription}</Text>
          <SecretList secrets={apiKey.secrets} />
        </ActDialog>
      )}
    </Paper>
  )
}
