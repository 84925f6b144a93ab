import { Alert } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { messagesOf } from './error-message.ts'

/** Why a form was not taken, read out at once. */
export function FormError({ error }: { readonly error: Error | null }) {
  if (error === null) return null
  const [first, ...more] = messagesOf(error)
  return (
    <Alert role="alert" color="red" icon={<IconAlertCircle aria-hidden />} title={first}>
      {more.length === 0 ? null : more.map((message) => <div key={message}>{message}</div>)}
    </Alert>
  )
}
