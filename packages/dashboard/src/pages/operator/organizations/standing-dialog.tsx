import { Text } from '@mantine/core'
import type { Organization } from '@mintmark/sdk'
import { FormDialog } from '../../../feedback/form-dialog.tsx'
import { useForm } from '../../../feedback/use-form.ts'
import { operatorText } from '../../../text/operator.ts'
import { useOperator } from '../operator-context.ts'

type StandingDialogProps = { readonly organization: Organization; readonly onClose: () => void }

/** Suspends an organization that is active, and resumes one that is suspended. */
export function StandingDialog({ organization, onClose }: StandingDialogProps) {
  const { mintmark } = useOperator()
  const isActive = organization.status === 'active'
  const words = isActive ? operatorText.organizations.suspend : operatorText.organizations.resume
  const form = useForm({}, async () => {
    await mintmark.organizations.update(organization.id, { status: isActive ? 'suspended' : 'active' })
    onClose()
  })
  return (
    <FormDialog
      title={words.title(organization.name)}
      submit={words.submit}
      isDangerous={isActive}
      action={{ isRunning: form.isSending, error: form.error }}
      onSubmit={form.send}
      onClose={onClose}
    >
      <Text size="sm">{words.why}</Text>
    </FormDialog>
  )
}
