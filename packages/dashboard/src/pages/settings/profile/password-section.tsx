import { Button, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { authClient } from '../../../auth/auth-client.ts'
import { FormError } from '../../../feedback/form-error.tsx'
import { useForm } from '../../../feedback/use-form.ts'
import { profileText } from '../../../text/profile.ts'
import { NewPasswordInput } from '../../new-password-input.tsx'

const text = profileText.password
const empty = { currentPassword: '', newPassword: '' }

export function PasswordSection() {
  const [isDone, setDone] = useState(false)
  const form = useForm(empty, async (passwords) => {
    setDone(false)
    await authClient.changePassword(passwords)
    form.set(empty)
    setDone(true)
  })
  return (
    <Stack gap="sm">
      <Title order={2}>{text.title}</Title>
      <Paper withBorder p="lg">
        <form onSubmit={form.submit}>
          <Stack maw={420}>
            <PasswordInput
              {...form.text('currentPassword')}
              label={text.current}
              autoComplete="current-password"
              required
            />
            <NewPasswordInput {...form.text('newPassword')} label={text.next} />
            <FormError error={form.error} />
            <Group>
              <Button type="submit" loading={form.isSending}>
                {text.submit}
              </Button>
            </Group>
            <Text size="sm" role="status">
              {isDone ? text.done : ''}
            </Text>
          </Stack>
        </form>
      </Paper>
    </Stack>
  )
}
