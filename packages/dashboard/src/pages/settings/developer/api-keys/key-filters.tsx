import { CloseButton, Group, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { apiKeysText as text } from '../../../../text/api-keys.ts'
import { environments, extraFilters, keyStatuses, type KeyFilter } from './key-filter.ts'
import type { Names } from '../../../../session/use-names.ts'

/** After the last sign typed: no question for each of them. */
const searchAfterMs = 250

type KeyFiltersProps = {
  readonly filter: KeyFilter
  readonly names: Names
  readonly hasTestKeys: boolean
  readonly onChange: (change: Partial<KeyFilter>) => void
}

export function KeyFilters({ filter, names, hasTestKeys, onChange }: KeyFiltersProps) {
  const { any, extra } = text.filters
  return (
    <Group component="search" gap="sm" align="flex-end">
      <SearchField value={filter.q} onChange={(q) => onChange({ q })} />
      <Choice
        label={text.filters.status}
        any={any.status}
        value={filter.status}
        options={keyStatuses.map((value) => ({ value, label: text.status[value] }))}
        onChange={(status) => onChange({ status })}
      />
      {hasTestKeys && (
        <Choice
          label={text.filters.environment}
          any={any.environment}
          value={filter.environment}
          options={environments.map((value) => ({ value, label: text.environment[value] }))}
          onChange={(environment) => onChange({ environment })}
        />
      )}
      {names.projects.length > 0 && (
        <Choice
          label={text.filters.project}
          any={any.project}
          value={filter.projectId}
          options={names.projects.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(projectId) => onChange({ projectId })}
        />
      )}
      <Choice
        label={text.filters.more}
        any={any.more}
        value={filter.extra}
        options={extraFilters.map((value) => ({ value, label: extra[value] }))}
        onChange={(value) => onChange({ extra: value })}
      />
    </Group>
  )
}

type SearchFieldProps = { readonly value: string; readonly onChange: (value: string) => void }

function SearchField({ value, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(value)
  const [known, setKnown] = useState(value)
  const tell = useDebouncedCallback(onChange, searchAfterMs)
  // Set elsewhere: by the address, or by showing all keys again.
  if (value !== known) {
    setKnown(value)
    setTyped(value)
  }
  const type = (next: string): void => {
    setTyped(next)
    tell(next.trim())
  }
  return (
    <TextInput
      type="search"
      flex="1 1 180px"
      label={text.filters.search}
      value={typed}
      maxLength={100}
      autoComplete="off"
      spellCheck={false}
      leftSection={<IconSearch size={16} aria-hidden />}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      rightSection={
        typed === '' ? null : <CloseButton size="sm" aria-label={text.filters.clearSearch} onClick={() => type('')} />
      }
    />
  )
}

type ChoiceProps<Value extends string> = {
  readonly label: string
  /** What it says where nothing is chosen. */
  readonly any: string
  readonly value: Value | null
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value | null) => void
}

function Choice<Value extends string>({ label, any, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <NativeSelect
      label={label}
      w={{ base: 'calc(50% - 6px)', sm: 186 }}
      data={[{ value: '', label: any }, ...options]}
      value={value ?? ''}
      onChange={({ currentTarget }) =>
        onChange(options.find((option) => option.value === currentTarget.value)?.value ?? null)
      }
    />
  )
}
