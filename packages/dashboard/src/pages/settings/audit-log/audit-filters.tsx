import { Button, Group, SimpleGrid, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { auditLogText } from '../../../text/audit-log.ts'
import { noFilter, type AuditFilter } from './audit-filter.ts'

const text = auditLogText.filters

export function AuditFilters({ onApply }: { readonly onApply: (filter: AuditFilter) => void }) {
  const [filter, setFilter] = useState(noFilter)
  const field = (name: keyof AuditFilter) => ({
    label: text[name],
    value: filter[name],
    onChange: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      setFilter({ ...filter, [name]: currentTarget.value }),
    maxLength: 100,
    autoComplete: 'off',
  })
  const apply = (event: FormEvent): void => {
    event.preventDefault()
    onApply(filter)
  }
  const clear = (): void => {
    setFilter(noFilter)
    onApply(noFilter)
  }
  return (
    <form onSubmit={apply} aria-label={text.legend}>
      <SimpleGrid cols={{ base: 1, sm: 3, lg: 5 }}>
        <TextInput {...field('action')} placeholder="api_key.revoked" />
        <TextInput {...field('actor')} />
        <TextInput {...field('target')} />
        <TextInput {...field('from')} type="datetime-local" />
        <TextInput {...field('to')} type="datetime-local" />
      </SimpleGrid>
      <Group mt="md">
        <Button type="submit">{text.apply}</Button>
        <Button variant="default" onClick={clear}>
          {text.clear}
        </Button>
      </Group>
    </form>
  )
}
