import { NativeSelect, Radio, Stack, Text } from '@mantine/core'
import type { Member } from '@mintmark/sdk'
import { useState } from 'react'
import { usePages } from '../../../list/use-pages.ts'
import { ActDialog } from '../../../session/act-dialog.tsx'
import { useMintmark } from '../../../session/session-context.ts'
import { membersText } from '../../../text/members.ts'
import { nameOf } from './member-name.ts'

const text = membersText.remove

type KeyFate = 'revoke' | 'organization' | 'member'
type RemoveMemberDialogProps = { readonly member: Member; readonly onClose: () => void }

export function RemoveMemberDialog({ member, onClose }: RemoveMemberDialogProps) {
  const mintmark = useMintmark()
  const others = usePages(['members'], (signal) => mintmark.users.list({}, { signal })).data ?? []
  const heirs = others.filter(({ id, status }) => id !== member.id && status === 'active')
  const [fate, setFate] = useState<KeyFate>('revoke')
  const [chosenHeir, chooseHeir] = useState<string | null>(null)
  const heir = chosenHeir ?? heirs[0]?.id ?? ''
  return (
    <ActDialog
      title={text.title(nameOf(member))}
      submit={text.submit}
      isDangerous
      act={() => mintmark.users.remove(member.id, { keys: fate === 'member' ? heir : fate })}
      onClose={onClose}
    >
      <Text size="sm">{text.why}</Text>
      <Radio.Group label={text.keys} value={fate} onChange={(value) => setFate(value)}>
        <Stack gap="sm" mt="xs">
          <Radio value="revoke" label={text.revoke} description={text.revokeHelp} />
          <Radio value="organization" label={text.organization} description={text.organizationHelp} />
          <Radio value="member" label={text.member} description={text.memberHelp} disabled={heirs.length === 0} />
        </Stack>
      </Radio.Group>
      {fate === 'member' && (
        <NativeSelect
          label={text.newOwner}
          value={heir}
          onChange={({ currentTarget }) => chooseHeir(currentTarget.value)}
          data={heirs.map((one) => ({ value: one.id, label: nameOf(one) }))}
        />
      )}
    </ActDialog>
  )
}
