import { NativeSelect } from '@mantine/core'
import type { Organization } from '@mintmark/sdk'
import { FormDialog } from '../../../feedback/form-dialog.tsx'
import { useForm } from '../../../feedback/use-form.ts'
import { operatorText } from '../../../text/operator.ts'
import { useOperator } from '../operator-context.ts'
import { useOperatorContract } from '../use-operator-contract.ts'

const text = operatorText.organizations.change

type TierDialogProps = { readonly organization: Organization; readonly onClose: () => void }

export function TierDialog({ organization, onClose }: TierDialogProps) {
  const { mintmark } = useOperator()
  const { data: contract } = useOperatorContract()
  const form = useForm({ tier: organization.tier }, async ({ tier }) => {
    await mintmark.organizations.update(organization.id, { tier })
    onClose()
  })
  return (
    <FormDialog
      title={text.title(organization.name)}
      submit={text.submit}
      action={{ isRunning: form.isSending, error: form.error }}
      onSubmit={form.send}
      onClose={onClose}
    >
      <NativeSelect
        label={text.tier}
        value={form.values.tier}
        onChange={({ currentTarget }) => form.set({ tier: currentTarget.value })}
        data={contract === undefined ? [organization.tier] : Object.keys(contract.tiers)}
      />
    </FormDialog>
  )
}
