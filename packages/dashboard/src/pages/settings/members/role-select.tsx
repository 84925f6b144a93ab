import { NativeSelect } from '@mantine/core'
import { useContract } from '../../../session/use-contract.ts'
import { membersText as text } from '../../../text/members.ts'

type RoleSelectProps = { readonly value: string; readonly onChange: (role: string) => void }

/** The roles of the contract; empty: none is chosen yet. Whoever gives more than he has is told so by the server. */
export function RoleSelect({ value, onChange }: RoleSelectProps) {
  const { data: contract } = useContract()
  const known = contract === undefined ? [] : Object.keys(contract.roles)
  const roles = value === '' || known.includes(value) ? known : [value, ...known]
  return (
    <NativeSelect
      label={text.invite.role}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      data={value === '' ? [{ value, label: text.invite.chooseRole, disabled: true }, ...roles] : roles}
      required
      withAsterisk={false}
    />
  )
}
