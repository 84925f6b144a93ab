import { Button, Center, PasswordInput, Stack } from '@mantine/core'
import { FormError } from '../../feedback/form-error.tsx'
import { useForm } from '../../feedback/use-form.ts'
import { VisitorCard } from '../../shell/visitor-card.tsx'
import { operatorText } from '../../text/operator.ts'
import { clientWith } from './operator-client.ts'

const text = operatorText.signIn

/** Asks for the key, and whether it is one. No browser is to keep it: it is no password of a person. */
export function OperatorKeyPage({ onOpen }: { readonly onOpen: (key: string) => void }) {
  const form = useForm({ key: '' }, async (values) => {
    const key = values.key.trim()
    const me = await clientWith(key).me()
    if (!('operatorKeyId' in me)) throw new Error(text.notOperator)
    onOpen(key)
  })
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={420}>
        <VisitorCard title={operatorText.title} description={text.description}>
          <form onSubmit={form.submit} autoComplete="off">
            <Stack>
              <PasswordInput {...form.text('key')} label={text.key} autoComplete="off" required autoFocus />
              <FormError error={form.error} />
              <Button type="submit" loading={form.isSending}>
                {text.submit}
              </Button>
            </Stack>
          </form>
        </VisitorCard>
      </Stack>
    </Center>
  )
}
