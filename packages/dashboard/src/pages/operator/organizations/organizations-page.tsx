import { Badge, Menu, Text } from '@mantine/core'
import type { Organization } from '@mintmark/sdk'
import { IconBuilding, IconPlayerPause, IconPlayerPlay, IconStairs } from '@tabler/icons-react'
import { useState } from 'react'
import { EmptyState } from '../../../feedback/empty-state.tsx'
import { Time } from '../../../feedback/time.tsx'
import { DataTable, type Column } from '../../../list/data-table.tsx'
import { RowMenu } from '../../../list/row-menu.tsx'
import { usePages } from '../../../list/use-pages.ts'
import { Page } from '../../../shell/page.tsx'
import { listText } from '../../../text/list.ts'
import { operatorText } from '../../../text/operator.ts'
import { useOperator } from '../operator-context.ts'
import { StandingDialog } from './standing-dialog.tsx'
import { TierDialog } from './tier-dialog.tsx'

const text = operatorText.organizations

type Chosen = { readonly act: 'tier' | 'standing'; readonly organization: Organization }

const columns: readonly Column<Organization>[] = [
  {
    id: 'name',
    label: text.columns.name,
    render: ({ name }) => (
      <Text size="sm" fw={600}>
        {name}
      </Text>
    ),
  },
  { id: 'id', label: text.columns.id, render: ({ id }) => <Text ff="monospace" size="xs" children={id} /> },
  { id: 'tier', label: text.columns.tier, render: ({ tier }) => tier },
  {
    id: 'status',
    label: text.columns.status,
    render: ({ status }) => (
      <Badge variant="light" color={status === 'active' ? 'green' : 'orange'}>
        {text.statuses[status]}
      </Badge>
    ),
  },
  { id: 'created', label: text.columns.created, render: ({ createdAt }) => <Time value={createdAt} /> },
]

export function OrganizationsPage() {
  const { mintmark } = useOperator()
  const list = usePages(['organizations'], (signal) => mintmark.organizations.list({}, { signal }))
  const [chosen, choose] = useState<Chosen | null>(null)
  const close = (): void => {
    choose(null)
    void list.refetch()
  }
  const actions: Column<Organization> = {
    id: 'actions',
    label: listText.actions,
    isActions: true,
    render: (organization) => (
      <OrganizationMenu organization={organization} onChoose={(act) => choose({ act, organization })} />
    ),
  }
  return (
    <Page title={operatorText.pages.organizations}>
      <DataTable
        label={operatorText.pages.organizations}
        list={list}
        columns={[...columns, actions]}
        idOf={({ id }) => id}
        empty={<EmptyState icon={IconBuilding} {...text.empty} />}
      />
      {chosen?.act === 'tier' && <TierDialog organization={chosen.organization} onClose={close} />}
      {chosen?.act === 'standing' && <StandingDialog organization={chosen.organization} onClose={close} />}
    </Page>
  )
}

type OrganizationMenuProps = {
  readonly organization: Organization
  readonly onChoose: (act: Chosen['act']) => void
}

function OrganizationMenu({ organization: { name, status }, onChoose }: OrganizationMenuProps) {
  const isActive = status === 'active'
  const StandingIcon = isActive ? IconPlayerPause : IconPlayerPlay
  return (
    <RowMenu name={name}>
      <Menu.Item leftSection={<IconStairs size={16} aria-hidden />} onClick={() => onChoose('tier')}>
        {text.change.button}
      </Menu.Item>
      <Menu.Item leftSection={<StandingIcon size={16} aria-hidden />} onClick={() => onChoose('standing')}>
        {isActive ? text.suspend.button : text.resume.button}
      </Menu.Item>
    </RowMenu>
  )
}
