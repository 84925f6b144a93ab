import { ActionIcon, CopyButton, TextInput } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { feedbackText as text } from '../text/feedback.ts'
import { monospaceInput } from '../theme/monospace.ts'

type CopyFieldProps = { readonly label: string; readonly description?: string; readonly value: string }

/** A text that is there to be taken elsewhere. */
export function CopyField({ label, description, value }: CopyFieldProps) {
  return (
    <TextInput
      label={label}
      description={description}
      value={value}
      readOnly
      styles={monospaceInput}
      onFocus={({ currentTarget }) => currentTarget.select()}
      rightSection={
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={copy}
              aria-label={`${copied ? text.copied : text.copy}: ${label}`}
            >
              {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            </ActionIcon>
          )}
        </CopyButton>
      }
    />
  )
}
