import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { CopyField } from '../../../feedback/copy-field.tsx'
import { ActDialog } from '../../../session/act-dialog.tsx'
import { useMintmark } from '../../../session/session-context.ts'
import { listText } from '../../../text/list.ts'
import { membersText } from '../../../text/members.ts'
import { RoleSelect } from './role-select.tsx'

const text = membersText.invite

type Invited = { readonly email: string; readonly link: string | null }

export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const mintmark = useMintmark()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState('')
  const [invited, setInvited] = useState<Invited | null>(null)
  if (invited !== null) return <InvitedDialog invited={invited} onClose={onClose} />
  return (
    <ActDialog
      title={text.title}
      submit={text.submit}
      act={() => mintmark.users.invite({ email: email.trim(), role })}
      onDone={(done) => setInvited({ email: done.email, link: linkOf(done.token ?? null) })}
      onClose={onClose}
    >
      <TextInput
        label={text.email}
        type="email"
        value={email}
        onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        required
        maxLength={254}
        autoComplete="off"
        data-autofocus
      />
      <RoleSelect value={role} onChange={setRole} />
    </ActDialog>
  )
}

/** Where no mail is sent, whoever invites hands the link on himself. */
function InvitedDialog({ invited, onClose }: { readonly invited: Invited; readonly onClose: () => void }) {
  const { email, link } = invited
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.linkTitle}
      closeOnClickOutside={link === null}
      closeButtonProps={{ 'aria-label': listText.close }}
    >
      <Stack>
        {link === null ? (
          <Text size="sm">{text.sent(email)}</Text>
        ) : (
          <CopyField label={text.link} description={text.linkHelp(email)} value={link} />
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>{text.done}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** The token is in the fragment, which no server and no referrer sees. */
function linkOf(token: string | null): string | null {
  return token === null ? null : `${window.location.origin}/accept-invitation#token=${encodeURIComponent(token)}`
}
