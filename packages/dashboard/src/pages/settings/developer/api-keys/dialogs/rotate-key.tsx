import { Alert, Radio, Stack, Text } from '@mantine/core'
import type { ApiKey, MintedApiKey } from '@mintmark/sdk'
import { useState } from 'react'
import { FormDialog } from '../../../../../feedback/form-dialog.tsx'
import { useMintmark } from '../../../../../session/session-context.ts'
import { useAction } from '../../../../../session/use-action.ts'
import { mintedKeyText, rotateKeyText as text } from '../../../../../text/api-keys.ts'
import { SecretList } from '../secret-list.tsx'
import { useFreshKey } from '../use-fresh-key.ts'
import { MintedKeyDialog } from './minted-key-dialog.tsx'

const overlaps = ['0', '3600', '86400', '604800'] as const
type Overlap = (typeof overlaps)[number]

type RotateKeyProps = { readonly apiKey: ApiKey; readonly onClose: () => void }

export function RotateKey({ apiKey, onClose }: RotateKeyProps) {
  const mintmark = useMintmark()
  const { secrets } = useFreshKey(apiKey)
  const [overlap, setOverlap] = useState<Overlap>('86400')
  const [minted, setMinted] = useState<MintedApiKey | null>(null)
  const action = useAction((seconds: Overlap) => mintmark.keys.rotate(apiKey.id, { overlapSeconds: Number(seconds) }))
  if (minted !== null) return <MintedKeyDialog title={mintedKeyText.rotated} minted={minted} onClose={onClose} />
  return (
    <FormDialog
      title={text.title(apiKey.name)}
      submit={text.submit}
      action={action}
      onSubmit={() => void action.run(overlap).then(setMinted)}
      onClose={onClose}
    >
      <Text size="sm">{text.description}</Text>
      <SecretList secrets={secrets} />
      <Radio.Group
        label={text.overlap}
        value={overlap}
        onChange={(chosen) => setOverlap(overlaps.find((one) => one === chosen) ?? overlap)}
      >
        <Stack gap="xs" mt={4}>
          {overlaps.map((seconds) => (
            <Radio key={seconds} value={seconds} label={text.overlaps[seconds]} />
          ))}
        </Stack>
      </Radio.Group>
      {overlap === '0' && <Alert color="orange">{text.atOnce}</Alert>}
    </FormDialog>
  )
}
