import { Alert, Checkbox, Fieldset, Radio, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { createKeyText as text } from '../../../../../text/api-keys.ts'
import type { PermissionGroup } from './new-key.ts'
import classes from './permission-picker.module.css'

type PermissionPickerProps = {
  readonly groups: readonly PermissionGroup[]
  /** Null: everything that the role may. */
  readonly value: readonly string[] | null
  readonly onChange: (value: readonly string[] | null) => void
}

/** Named ones first: whoever wants all of them says so, and is told what it means. */
export function PermissionPicker({ groups, value, onChange }: PermissionPickerProps) {
  return (
    <Fieldset legend={text.permissions}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {text.permissionsHelp}
        </Text>
        <Radio.Group
          aria-label={text.permissions}
          value={value === null ? 'all' : 'some'}
          onChange={(choice) => onChange(choice === 'all' ? null : [])}
        >
          <Stack gap="xs">
            <Radio value="some" label={text.choose} />
            <Radio value="all" label={text.everything} />
          </Stack>
        </Radio.Group>
        {value === null ? (
          <Alert color="orange" icon={<IconAlertTriangle aria-hidden />}>
            {text.everythingWarning}
          </Alert>
        ) : (
          <SimpleGrid
            cols={{ base: 1, xs: 2 }}
            spacing="md"
            className={classes.groups}
            tabIndex={0}
            role="group"
            aria-label={text.permissions}
          >
            {groups.map((group) => (
              <Group key={group.name} group={group} value={value} onChange={onChange} />
            ))}
          </SimpleGrid>
        )}
        {value?.length === 0 && (
          <Text size="sm" c="dimmed">
            {text.none}
          </Text>
        )}
      </Stack>
    </Fieldset>
  )
}

type GroupProps = {
  readonly group: PermissionGroup
  readonly value: readonly string[]
  readonly onChange: (value: readonly string[]) => void
}

function Group({ group: { name, permissions }, value, onChange }: GroupProps) {
  const chosen = permissions.filter((permission) => value.includes(permission))
  const others = value.filter((permission) => !permissions.includes(permission))
  const isWhole = chosen.length === permissions.length
  return (
    <Stack gap={6} role="group" aria-label={name}>
      <Checkbox
        fw={600}
        label={name}
        aria-label={text.groupOf(name)}
        checked={isWhole}
        indeterminate={chosen.length > 0 && !isWhole}
        onChange={() => onChange(isWhole ? others : [...others, ...permissions])}
      />
      <Stack gap={4} pl="lg">
        {permissions.map((permission) => (
          <Checkbox
            key={permission}
            size="sm"
            label={permission.slice(name.length + 1)}
            aria-label={permission}
            checked={chosen.includes(permission)}
            onChange={({ currentTarget }) =>
              onChange(currentTarget.checked ? [...value, permission] : value.filter((one) => one !== permission))
            }
          />
        ))}
      </Stack>
    </Stack>
  )
}
