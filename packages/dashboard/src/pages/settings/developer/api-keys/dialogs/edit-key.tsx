import { Textarea, TextInput } from '@mantine/core'
import type { ApiKey } from '@mintmark/sdk'
import { useState } from 'react'
import { ActDialog } from '../../../../../session/act-dialog.tsx'
import { useSession } from '../../../../../session/session-context.ts'
import { useContract } from '../../../../../session/use-contract.ts'
import { createKeyText, keyPageText } from '../../../../../text/api-keys.ts'
import { addressesOf, permissionGroups } from './new-key.ts'
import { PermissionPicker } from './permission-picker.tsx'
import { monospaceInput } from '../../../../../theme/monospace.ts'

const text = keyPageText.edit

type EditKeyProps = { readonly apiKey: ApiKey; readonly onClose: () => void }

export function EditKey({ apiKey, onClose }: EditKeyProps) {
  const { mintmark, standing } = useSession()
  const { data: contract } = useContract()
  const [name, setName] = useState(apiKey.name)
  const [permissions, setPermissions] = useState(apiKey.permissions)
  const [addresses, setAddresses] = useState((apiKey.ipAllowlist ?? []).join('\n'))
  return (
    <ActDialog
      title={text.title}
      submit={text.submit}
      size="lg"
      act={() => mintmark.keys.update(apiKey.id, { name, permissions, ipAllowlist: addressesOf(addresses) })}
      onClose={onClose}
    >
      <TextInput
        label={text.name}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        maxLength={100}
        required
        data-autofocus
      />
      {contract !== undefined && (
        <PermissionPicker groups={permissionGroups(contract, standing)} value={permissions} onChange={setPermissions} />
      )}
      <Textarea
        label={text.addresses}
        description={createKeyText.addressesHelp}
        value={addresses}
        onChange={({ currentTarget }) => setAddresses(currentTarget.value)}
        rows={3}
        styles={monospaceInput}
        spellCheck={false}
      />
    </ActDialog>
  )
}
