import { Button, Stack } from '@mantine/core'
import { IconKey, IconPlus, IconSearchOff } from '@tabler/icons-react'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { EmptyState } from '../../../../feedback/empty-state.tsx'
import { useInstallation } from '../../../../installation-context.ts'
import { DataTable } from '../../../../list/data-table.tsx'
import { Pager } from '../../../../list/pager.tsx'
import { useCursorPages } from '../../../../list/use-cursor-pages.ts'
import { useSession } from '../../../../session/session-context.ts'
import { useContract } from '../../../../session/use-contract.ts'
import { Page } from '../../../../shell/page.tsx'
import { apiKeysText as text } from '../../../../text/api-keys.ts'
import { CreationLimits } from './creation-limits.tsx'
import { CreateKey, KeyDialogs } from './dialogs/lazy-dialogs.tsx'
import type { OpenDialog } from './dialogs/key-dialogs.tsx'
import { mintableScopes } from './mintable-scopes.ts'
import { keyColumns } from './key-columns.tsx'
import { isFiltering, noFilter, queryOf, readFilter, writeFilter, type KeyFilter } from './key-filter.ts'
import { KeyFilters } from './key-filters.tsx'
import { useNames } from '../../../../session/use-names.ts'

/** Others make and end keys too. */
const readEveryMs = 10_000

export function ApiKeysPage() {
  const { keysTitle, keysPath } = useInstallation()
  const { mintmark, standing } = useSession()
  const { data: contract } = useContract()
  const names = useNames()
  const [search, setSearch] = useSearchParams()
  const filter = readFilter(search)
  const query = queryOf(filter, Date.now())
  const keys = useCursorPages(['keys', query], (signal) => mintmark.keys.list(query, { signal }), {
    refetchInterval: readEveryMs,
  })
  const [dialog, setDialog] = useState<OpenDialog | null>(null)
  const [isCreating, setCreating] = useState(false)
  const change = (next: Partial<KeyFilter>): void => setSearch(writeFilter({ ...filter, ...next }), { replace: true })
  const mayCreate = contract !== undefined && mintableScopes(contract, standing).length > 0
  const create = mayCreate && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {text.create}
    </Button>
  )
  return (
    <Page title={keysTitle} description={text.description} actions={create}>
      <Stack gap="sm">
        {mayCreate && <CreationLimits />}
        <KeyFilters
          filter={filter}
          names={names}
          hasTestKeys={contract?.keys.prefixes.test != null}
          onChange={change}
        />
      </Stack>
      <DataTable
        label={text.table}
        list={keys.list}
        columns={keyColumns({ names, keysPath, onOpen: (name, apiKey) => setDialog({ name, apiKey }) })}
        idOf={({ id }) => id}
        isWide
        empty={isFiltering(filter) ? <NothingFound onClear={() => change(noFilter)} /> : <NoKeys create={create} />}
      />
      <Pager {...keys} />
      {isCreating && contract !== undefined && (
        <CreateKey contract={contract} projects={names.projects} onClose={() => setCreating(false)} />
      )}
      <KeyDialogs dialog={dialog} onClose={() => setDialog(null)} />
    </Page>
  )
}

function NoKeys({ create }: { readonly create: React.ReactNode }) {
  const { title, mayCreate, mayNot } = text.empty
  return <EmptyState icon={IconKey} title={title} description={create === false ? mayNot : mayCreate} action={create} />
}

function NothingFound({ onClear }: { readonly onClear: () => void }) {
  const { title, description, clear } = text.nothingFound
  return (
    <EmptyState
      icon={IconSearchOff}
      title={title}
      description={description}
      action={
        <Button variant="default" onClick={onClear}>
          {clear}
        </Button>
      }
    />
  )
}
