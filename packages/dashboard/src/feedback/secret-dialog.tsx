import { Alert, Button, Checkbox, Group, Modal, Stack } from '@mantine/core'
import { IconEyeOff } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { secretText as text } from '../text/secret.ts'
import { CopyField } from './copy-field.tsx'
import { useReturnFocus } from './use-return-focus.ts'

type SecretDialogProps = {
  readonly title: string
  /** What the secret is for. */
  readonly label: string
  /** In the state of who opens this dialog, and nowhere else. */
  readonly secret: string
  readonly children?: ReactNode
  readonly onClose: () => void
}

/** Shows a secret for the only time: it closes when somebody says that he has it, and by nothing else. */
export function SecretDialog({ title, label, secret, children, onClose }: SecretDialogProps) {
  const [isKept, setKept] = useState(false)
  useReturnFocus()
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        <Alert color="yellow" icon={<IconEyeOff aria-hidden />}>
          {text.once}
        </Alert>
        <CopyField label={label} value={secret} />
        {children}
        <Checkbox label={text.kept} checked={isKept} onChange={({ currentTarget }) => setKept(currentTarget.checked)} />
        <Group justify="flex-end">
          <Button onClick={onClose} disabled={!isKept}>
            {text.done}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
