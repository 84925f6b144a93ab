import { NativeSelect } from '@mantine/core'
import { useContract } from '../../../session/use-contract.ts'
import { membersText as text } from '../../../text/members.ts'

type RoleSelectProps = { readonly value: string; readonly onChange: (role: string) => void }

/** The roles of the contract. Whoever gives more than he has is told so by the server. */
export function RoleSelect({ value, onChange }: RoleSelectProps) {
  const { data: contract } = useContract()
  const roles = contract === undefined ? [value] : Object.keys(contract.roles)
  return (
    <NativeSelect
      label={text.invite.role}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      data={roles.includes(value) ? roles : [value, ...roles]}
    />
  )
}
