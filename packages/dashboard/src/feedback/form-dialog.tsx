import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import { listText as text } from '../text/list.ts'
import { FormError } from './form-error.tsx'
import { useReturnFocus } from './use-return-focus.ts'

type FormDialogProps = {
  readonly title: string
  /** What the button says that does it. */
  readonly submit: string
  /** What is done cannot be undone. */
  readonly isDangerous?: boolean
  /** To be typed before: what would be lost by a slip of the hand. */
  readonly confirm?: string
  /** Something is missing that the browser does not look for. */
  readonly isIncomplete?: boolean
  /** Default: as wide as a few fields need. */
  readonly size?: 'md' | 'lg'
  readonly action: { readonly isRunning: boolean; readonly error: Error | null }
  readonly onSubmit: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Asks for what an act needs, does it, and says why where it was refused. */
export function FormDialog(props: FormDialogProps) {
  const {
    title,
    submit,
    isDangerous = false,
    confirm,
    isIncomplete = false,
    action,
    onSubmit,
    onClose,
    children,
  } = props
  const [typed, setTyped] = useState('')
  useReturnFocus()
  const send = (event: FormEvent): void => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={props.size ?? 'md'}
      closeButtonProps={{ 'aria-label': text.close }}
    >
      <form onSubmit={send}>
        <Stack>
          {children}
          {confirm !== undefined && (
            <TextInput
              label={text.typeToConfirm(confirm)}
              value={typed}
              onChange={({ currentTarget }) => setTyped(currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          <FormError error={action.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {text.cancel}
            </Button>
            <Button
              type="submit"
              loading={action.isRunning}
              disabled={isIncomplete || (confirm !== undefined && typed !== confirm)}
              {...(isDangerous && { color: 'red' })}
            >
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
